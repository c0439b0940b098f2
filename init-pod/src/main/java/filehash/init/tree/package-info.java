/**
 * What etcd holds: every key, and requests, jobs and settings read from them as immutable values. Nothing here decides
 * what a pod does next.
 */
package filehash.init.tree;
