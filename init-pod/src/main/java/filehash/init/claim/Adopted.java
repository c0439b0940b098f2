package filehash.init.claim;

import java.util.Optional;

/**
 * What a process that was restarted finds of the job in its conf.json.
 *
 * @param claim empty if it no longer stands
 * @param cancelled whether its user has cancelled the request, or is about to
 */
public record Adopted(Optional<Claim> claim, boolean cancelled) {
}
