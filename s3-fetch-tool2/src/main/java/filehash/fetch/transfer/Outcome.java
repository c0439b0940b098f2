package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.io.IOException;

/** How a download ended. */
public sealed interface Outcome {
    /** Whether it stands, whatever S3 answers for other objects. */
    default boolean isFinal() {
        return this instanceof Done
                || this instanceof Failed failed && !Refusal.isMatterOfRights(failed.failure().kind());
    }

    /**
     * The object arrived complete and verified.
     *
     * @param content null if it is in its file
     */
    record Done(byte[] content) implements Outcome {
    }

    /** The object cannot be fetched. */
    record Failed(Failure failure) implements Outcome {
    }

    /** The object has to be fetched again, in this version. */
    record Again(Item item) implements Outcome {
    }

    /** The file cannot be written. */
    record NoRoom(IOException why) implements Outcome {
    }

    /** The attempt cannot go on. */
    record Ended(GiveUp why) implements Outcome {
    }
}
