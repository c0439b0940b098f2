/**
 * The commands of init-pod.jar, for people: submit, status, cancel, retry and check. They read and write the same keys
 * as users do with etcdctl, and need the settings of etcd alone. A pod loads nothing of this package.
 */
package filehash.init.command;
