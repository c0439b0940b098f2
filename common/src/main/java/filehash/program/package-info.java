/**
 * What any long-running program needs: settings from the environment, a stop signal, health and metrics over HTTP,
 * JSON, files that are visible whole or not at all, back-off, and secrets that do not print themselves. Nothing here
 * knows the pod.
 */
package filehash.program;
