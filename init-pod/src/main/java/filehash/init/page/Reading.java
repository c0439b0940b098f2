package filehash.init.page;

import filehash.init.command.survey.RequestJobs;
import filehash.init.command.survey.RequestStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was read of etcd at one time, for all viewers. Immutable.
 *
 * @param time null before the first reading
 * @param at the same by System.nanoTime()
 * @param problem why it could not be read again since; null if it is the latest
 * @param open oldest first
 * @param more how many requests are open beyond these
 * @param ended those that ended last, oldest first
 * @param work the jobs of the open requests that have begun, by their ids
 */
record Reading(Instant time, long at, String prefix, String problem, List<RequestStatus> open, int more,
        List<RequestStatus> ended, Map<String, RequestJobs> work) {

    static Reading none(String prefix) {
        return new Reading(null, 0, prefix, null, List.of(), 0, List.of(), Map.of());
    }

    Reading with(String why) {
        return new Reading(time, at, prefix, why, open, more, ended, work);
    }

    List<RequestStatus> all() {
        return Stream.concat(open.stream(), ended.stream()).toList();
    }

    Optional<RequestStatus> request(String id) {
        return all().stream().filter(request -> request.id().equals(id)).findFirst();
    }
}
