package filehash.fetch.s3;

/**
 * An object as a plan sees it.
 *
 * @param name its key without the root
 */
public record Listed(String name, long size, String storageClass) {
}
