package filehash.fetch.plan;

import filehash.job.Amount;

/** What it costs to hash objects, in bytes. */
final class Cost {
    /** A request costs as much as so many bytes, as measured at 10 requests at once. */
    private static final double REQUEST = 1 << 20;

    private Cost() {
    }

    static double of(double objects, double bytes) {
        return bytes + objects * REQUEST;
    }

    static double of(Amount amount) {
        return of(amount.objects(), amount.bytes());
    }
}
