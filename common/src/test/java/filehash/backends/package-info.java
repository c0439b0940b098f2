/** Servers for tests: etcd, MariaDB and S3, as programs or in containers, and a wire that can be cut between them. */
package filehash.backends;
