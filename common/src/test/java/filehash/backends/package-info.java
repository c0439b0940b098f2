/**
 * Servers for tests: etcd, MariaDB and S3, as programs or in containers, a fake S3 for faults, a wire that can be cut
 * between them, and the packaged programs.
 */
package filehash.backends;
