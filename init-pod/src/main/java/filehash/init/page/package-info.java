/**
 * The status page: one process that reads etcd for all its viewers, judges bad requests and keeps the count of
 * outstanding jobs while no pod runs. It reads nothing of /conf. Start at {@link filehash.init.page.StatusPage}.
 */
package filehash.init.page;
