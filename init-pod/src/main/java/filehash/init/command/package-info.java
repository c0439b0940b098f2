/**
 * The commands of init-pod.jar, for people: submit, status, cancel, retry and check. They read and write the same keys
 * as users do with etcdctl, and need the settings of etcd alone. {@link filehash.init.command.survey} finds out how far
 * requests are, and {@link filehash.init.command.screen} shows it. A pod loads nothing of this package and of those.
 */
package filehash.init.command;
