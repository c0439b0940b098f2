package filehash.fetch.transfer;

import filehash.fetch.s3.Refusal;

/** One thread's share of a download. */
public interface Work {
    /** @return how the download ended, or null if other threads go on with it */
    Outcome run() throws Refusal, InterruptedException;
}
