------------------------------- MODULE Control -------------------------------
\* How a user pauses and cancels a request by keys. A pause stops claims at once, and each pod gives its job back when it reads
\* the key. A cancelled request is ended by any pod, in one transaction that writes the summary of what is done, and the mark by
\* which that is posted; also of one that has not begun. The user may take the key back. A pod stands still between any two
\* steps, and dies at any; the user puts the same id again.
\*
\* FileHash.tla is about how a job that was given back goes on, and Webhook.tla about what becomes of the mark.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Pods, Jobs, MostRuns, MostEdits, MostDeaths,
    Compared,  \* a claim compares that the request is neither paused nor to be cancelled
    Counted,   \* the end of a cancelled request compares how many jobs are left
    Unbegun,   \* and of one that has not begun that it has not by then
    OfRun,     \* and which run was to be cancelled
    OfKey,     \* and that the key still stands; the program compares its revision, which is no less
    GivenBack  \* a pod that stops for a pause gives its job back
VARIABLES
    run,    \* of the request, 0 without one
    begun,  \* whether it has begun
    runs,   \* how many there were
    key,    \* which of the two keys stand
    job,    \* by job: new, orphan, done, or the pod that has it
    ended,  \* by run: how it ended, how many jobs its summary counts, how often it was written
    done,   \* by run: its jobs below /done
    asked,  \* the runs that were to be cancelled
    pod,    \* by pod: how far it is, and what it read
    broken, \* a job was claimed while a key forbade it
    edits, deaths
vars == <<run, begun, runs, key, job, ended, done, asked, pod, broken, edits, deaths>>
tree == <<run, begun, runs, key, job, ended, done>>
user == <<asked, edits>>

Free == [at |-> "free", run |-> 0, job |-> 0, was |-> "new", sum |-> 0, begun |-> FALSE]
Fresh == [j \in Jobs |-> "new"]
Start ==
    /\ run = 1 /\ begun = FALSE /\ runs = 1 /\ key = {} /\ job = Fresh /\ asked = {} /\ broken = FALSE /\ edits = 0 /\ deaths = 0
    /\ ended = [r \in 1..MostRuns |-> [how |-> "open", sum |-> 0, times |-> 0]]
    /\ done = [r \in 1..MostRuns |-> {}] /\ pod = [p \in Pods |-> Free]
Ends(how, sum) == \* the request goes, with its keys
    /\ ended' = [ended EXCEPT ![run] = [how |-> how, sum |-> sum, times |-> @.times + 1]]
    /\ run' = 0 /\ begun' = FALSE /\ key' = {} /\ job' = Fresh
Goes(p, to) == pod' = [pod EXCEPT ![p] = to]
Mine(p) == run = pod[p].run /\ job[pod[p].job] = p \* the fence

\* ---- a pod
Look(p, j) ==
    /\ pod[p].at = "free" /\ run # 0 /\ key = {} /\ job[j] \in {"new", "orphan"}
    /\ Goes(p, [Free EXCEPT !.at = "claims", !.run = run, !.job = j, !.was = job[j]])
    /\ UNCHANGED <<tree, user, broken, deaths>>
Claim(p) ==
    LET applies == run = pod[p].run /\ job[pod[p].job] = pod[p].was /\ (Compared => key = {}) IN
    /\ pod[p].at = "claims" /\ Goes(p, IF applies THEN [pod[p] EXCEPT !.at = "works"] ELSE Free)
    /\ job' = (IF applies THEN [job EXCEPT ![pod[p].job] = p] ELSE job)
    /\ begun' = (begun \/ applies)
    /\ broken' = (broken \/ (applies /\ key # {})) /\ UNCHANGED <<run, runs, key, ended, done, user, deaths>>
Finish(p) == \* also while the request is paused
    /\ pod[p].at = "works" /\ Goes(p, Free) /\ UNCHANGED <<runs, user, broken, deaths>>
    /\ IF ~Mine(p) THEN UNCHANGED <<run, begun, key, job, ended, done>>
       ELSE /\ done' = [done EXCEPT ![run] = @ \cup {pod[p].job}]
            /\ IF done'[run] = Jobs THEN Ends("done", Cardinality(Jobs))
               ELSE job' = [job EXCEPT ![pod[p].job] = "done"] /\ UNCHANGED <<run, begun, key, ended>>
Tend(p) == \* the run is gone, or paused
    /\ pod[p].at = "works" /\ (~Mine(p) \/ key # {}) /\ Goes(p, IF Mine(p) THEN [pod[p] EXCEPT !.at = "stops"] ELSE Free)
    /\ UNCHANGED <<tree, user, broken, deaths>>
GiveBack(p) ==
    /\ pod[p].at = "stops" /\ Goes(p, Free)
    /\ job' = (IF Mine(p) /\ GivenBack THEN [job EXCEPT ![pod[p].job] = "orphan"] ELSE job)
    /\ UNCHANGED <<run, begun, runs, key, ended, done, user, broken, deaths>>
Sum(p) == \* reads what is done of a request that is to be cancelled
    /\ pod[p].at = "free" /\ "cancel" \in key
    /\ Goes(p, [Free EXCEPT !.at = "ends", !.run = run, !.sum = Cardinality(done[run]), !.begun = begun])
    /\ UNCHANGED <<tree, user, broken, deaths>>
End(p) ==
    /\ pod[p].at = "ends" /\ Goes(p, Free) /\ UNCHANGED <<runs, done, user, broken, deaths>>
    /\ IF run # 0 /\ (OfRun => run = pod[p].run) /\ (OfKey => "cancel" \in key)
          /\ (IF pod[p].begun THEN Counted => Cardinality(done[run]) = pod[p].sum ELSE Unbegun => ~begun)
       THEN Ends("cancelled", pod[p].sum) ELSE UNCHANGED <<run, begun, key, job, ended>>
Steps(p) == (\E j \in Jobs : Look(p, j)) \/ Claim(p) \/ Finish(p) \/ Tend(p) \/ GiveBack(p) \/ Sum(p) \/ End(p)

\* ---- the world
Dies(p) == \* and its lease ends
    /\ pod[p].at # "free" /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ Goes(p, Free)
    /\ job' = [j \in Jobs |-> IF job[j] = p THEN "orphan" ELSE job[j]]
    /\ UNCHANGED <<run, begun, runs, key, ended, done, user, broken>>
Edited == edits < MostEdits /\ edits' = edits + 1 /\ UNCHANGED <<begun, runs, ended, done, pod, broken, deaths>>
Pause == run # 0 /\ Edited /\ key' = key \cup {"paused"} /\ UNCHANGED <<run, job, asked>>
Cancel == run # 0 /\ Edited /\ key' = key \cup {"cancel"} /\ asked' = asked \cup {run} /\ UNCHANGED <<run, job>>
TakeBack == "cancel" \in key /\ Edited /\ key' = key \ {"cancel"} /\ asked' = asked \ {run} /\ UNCHANGED <<run, job>>
Resume == "paused" \in key /\ key' = key \ {"paused"} /\ UNCHANGED <<run, begun, runs, job, ended, done, pod, broken, user, deaths>>
Put == \* after what is done was deleted
    /\ run = 0 /\ runs < MostRuns /\ runs' = runs + 1 /\ run' = runs + 1
    /\ UNCHANGED <<begun, key, job, ended, done, pod, broken, user, deaths>>

Next == (\E p \in Pods : Steps(p) \/ Dies(p)) \/ Pause \/ Cancel \/ TakeBack \/ Resume \/ Put
Safe == Start /\ [][Next]_vars
Fair == Safe /\ WF_vars(Resume) /\ WF_vars(Put) /\ \A p \in Pods : WF_vars(Steps(p))

\* ---- the promises
Obeyed == ~broken
SumRight == \A r \in 1..MostRuns : ended[r].how = "open" \/ ended[r].sum = Cardinality(done[r])
AsAsked == \A r \in 1..MostRuns : ended[r].how = "cancelled" => r \in asked
Once == \A r \in 1..MostRuns : ended[r].times <= 1
AllEnd == <>(runs = MostRuns /\ run = 0)
Alike == Permutations(Pods)
===============================================================================
