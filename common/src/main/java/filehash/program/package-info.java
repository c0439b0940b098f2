/**
 * What a long-running program needs, whatever it does: settings from the environment, a stop signal, health and
 * metrics over HTTP, JSON, back-off, and secrets that do not print themselves. Nothing here knows the pod.
 */
package filehash.program;
