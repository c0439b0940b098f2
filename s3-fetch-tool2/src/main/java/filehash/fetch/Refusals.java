package filehash.fetch;

import filehash.pod.Failure;
import filehash.pod.GiveUp;

/**
 * Tells objects that may not be read from a pod that may not read: when all of the first or too many in a row are
 * refused, the rights to the root are wrong, and not each of millions of objects. One thread's.
 */
final class Refusals {
    private static final int OF_THE_FIRST = 100;
    private static final int IN_A_ROW = 1000;

    private long objects;
    private int row;

    /** @param failure of the next object, or null where it was had */
    void next(Failure failure) throws GiveUp {
        objects++;
        row = isMatterOfRights(failure) ? row + 1 : 0;
        if (row == IN_A_ROW || row == OF_THE_FIRST && objects == OF_THE_FIRST) {
            throw GiveUp.root("S3 refuses " + row + " objects in a row, the last with " + failure.message());
        }
    }

    private static boolean isMatterOfRights(Failure failure) {
        return failure != null
                && (failure.kind() == Failure.Kind.DENIED || failure.kind() == Failure.Kind.REFUSED);
    }
}
