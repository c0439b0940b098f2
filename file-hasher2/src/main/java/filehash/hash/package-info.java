/**
 * file-hasher2: hashes what lies in files/ and stores its rows in MySQL, exactly once.
 *
 * <p>{@link filehash.hash.Hasher} is the protocol of an attempt. {@link filehash.hash.Database} is all that knows of
 * connections, and the one that tries again; {@link filehash.hash.Rows} is what is said to it.
 */
package filehash.hash;
