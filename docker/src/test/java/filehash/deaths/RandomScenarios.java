package filehash.deaths;

/** Random faults, several at once. */
final class RandomScenarios {
    private RandomScenarios() {
    }

    /** As many faults as fit into two minutes. */
    static void randomShort(World world) throws Exception {
        new RandomRun(world, 3, 30, 3_000).run();
    }

    static void randomLong(World world) throws Exception {
        new RandomRun(world, 4, 120, 25_000).run();
    }
}
