/**
 * What the command status finds in etcd: each request with its state, its counts and its pace, as one value, whichever
 * keys it follows from. Knows neither options nor terminals.
 */
package filehash.init.command.survey;
