package filehash.fetch.transfer;

import filehash.fetch.s3.Item;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import java.io.IOException;

/** How a download ended. */
public sealed interface Outcome {
    /**
     * The object is there, whole and verified.
     *
     * @param content null where it has its file
     */
    record Done(byte[] content) implements Outcome {
    }

    /** It cannot be had. */
    record Failed(Failure failure) implements Outcome {
    }

    /** It is to be fetched anew, in this version. */
    record Again(Item item) implements Outcome {
    }

    /** Its file cannot be written. */
    record NoRoom(IOException why) implements Outcome {
    }

    /** The attempt cannot go on. */
    record Ended(GiveUp why) implements Outcome {
    }
}
