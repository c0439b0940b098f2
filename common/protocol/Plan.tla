--------------------------------- MODULE Plan ---------------------------------
\* How a request gets its ranges before it begins. A pod plans it, enters the ranges in several transactions, and begins the
\* run. A planner dies or stands still at any step, its lease ends at any time, a transaction whose answer is lost is applied
\* later or never, and the user edits or deletes the request in mid-plan.
\*
\* FileHash.tla is about what follows, and takes the names of a job as given. That is right because a begun run keeps the
\* ranges it began with: Tiled, below. conf.json, its identity and its handshake are those of a job, with a fetcher that
\* publishes nothing and a hasher that is idle; so they are not modelled again.
EXTENDS Naturals, FiniteSets, TLC
CONSTANTS Pods, Keys, MostPlannings, MostDeaths, MostEdits,
    RangesFenced, \* ranges are entered only under the planning's own plan/id
    BeginFenced,  \* and so a run begins
    Unedited,     \* and only if the request is what the planner read
    Spared        \* the ranges of a deleted request are cleared away only where nobody plans it again
VARIABLES
    asked,        \* what the user wrote, as a revision
    plan, host,   \* plan/id and plan/host
    ranges,       \* by key: the planning that wrote it
    run,          \* the planning with which the run began, for which revision, and the revision as it then was
    late,         \* transactions that are on their way
    pod,          \* by pod: how far it is, its planning, the revision it read, what it has entered
    plannings, deaths, edits
vars == <<asked, plan, host, ranges, run, late, pod, plannings, deaths, edits>>
request == <<asked, plan, host, ranges, run>>
limits == <<plannings, deaths, edits>>

Nobody == "nobody"
None == 0
NoRun == [planning |-> None, planned |-> None, asked |-> None]
NoRanges == [k \in Keys |-> None]
Free == [at |-> "free", id |-> None, asked |-> None, entered |-> {}]
Start ==
    /\ asked = 1 /\ plan = None /\ host = Nobody /\ ranges = NoRanges /\ run = NoRun /\ late = {}
    /\ pod = [p \in Pods |-> Free] /\ plannings = 0 /\ deaths = 0 /\ edits = 0

\* ---- the transactions: each is applied as a whole, or fails its comparisons and writes nothing
Txn(kind, p, id, k, was, of) == [kind |-> kind, pod |-> p, id |-> id, key |-> k, was |-> was, asked |-> of]
Applies(t) ==
    CASE t.kind = "plan" -> run = NoRun /\ asked = t.asked /\ plan = t.was /\ host = Nobody
      [] t.kind = "enter" -> RangesFenced => plan = t.id
      [] t.kind = "begin" -> run = NoRun /\ (Unedited => asked = t.asked) /\ (BeginFenced => plan = t.id)
      [] t.kind = "clear" -> run = NoRun /\ (Spared => plan = None)
      [] OTHER -> plan = t.id \* tend, drop
Apply(t) == \* host: the lease of a planning is renewed, or it ends at some step
    /\ plan' = CASE t.kind = "plan" -> t.id [] t.kind \in {"begin", "drop"} -> None [] OTHER -> plan
    /\ host' = CASE t.kind \in {"plan", "tend"} -> t.pod [] t.kind \in {"begin", "drop"} -> Nobody [] OTHER -> host
    /\ ranges' = CASE t.kind \in {"plan", "drop", "clear"} -> NoRanges
                   [] t.kind = "enter" -> [ranges EXCEPT ![t.key] = t.id] [] OTHER -> ranges
    /\ run' = IF t.kind = "begin" THEN [planning |-> t.id, planned |-> t.asked, asked |-> asked] ELSE run
    /\ UNCHANGED asked
Sent(t) == IF Applies(t) THEN Apply(t) ELSE UNCHANGED request
Lost(t) == \* its sender does not learn whether it was applied
    /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ late' = late \cup {t} /\ UNCHANGED request
Arrives(t) == t \in late /\ late' = late \ {t} /\ Sent(t) /\ UNCHANGED <<pod, limits>>

Mine(p, kind, k) == Txn(kind, p, pod[p].id, k, None, pod[p].asked)
Known == UNCHANGED <<late, deaths>>

\* ---- a pod
Planned(p) == Txn("plan", p, plannings + 1, None, plan, asked)
Counted == plannings < MostPlannings /\ plannings' = plannings + 1 /\ UNCHANGED edits
Plan(p) ==
    /\ pod[p].at = "free" /\ Applies(Planned(p)) /\ Apply(Planned(p)) /\ Counted /\ Known
    /\ pod' = [pod EXCEPT ![p] = [at |-> "plans", id |-> plannings + 1, asked |-> asked, entered |-> {}]]
PlanLost(p) == \* it drops its lease, and what arrives later is soon nobody's
    /\ pod[p].at = "free" /\ Applies(Planned(p)) /\ Lost([Planned(p) EXCEPT !.pod = Nobody]) /\ Counted /\ UNCHANGED pod
Answer(p) == \* plan.json
    /\ pod[p].at = "plans" /\ pod' = [pod EXCEPT ![p].at = "enters"] /\ UNCHANGED <<request, late, limits>>
Enter(p, k) ==
    LET t == Mine(p, "enter", k) IN
    /\ pod[p].at = "enters" /\ k \notin pod[p].entered /\ Sent(t) /\ Known /\ UNCHANGED <<plannings, edits>>
    /\ pod' = [pod EXCEPT ![p] = IF Applies(t) THEN [@ EXCEPT !.entered = @ \cup {k}] ELSE Free]
EnterLost(p, k) == \* it is sent again
    /\ pod[p].at = "enters" /\ k \notin pod[p].entered /\ Lost(Mine(p, "enter", k)) /\ UNCHANGED <<pod, plannings, edits>>
Entered(p) == pod[p].at = "enters" /\ pod[p].entered = Keys
Begin(p) ==
    /\ Entered(p) /\ Sent(Mine(p, "begin", None)) /\ pod' = [pod EXCEPT ![p] = Free] /\ Known
    /\ UNCHANGED <<plannings, edits>>
BeginLost(p) == Entered(p) /\ Lost(Mine(p, "begin", None)) /\ UNCHANGED <<pod, plannings, edits>>
Plans(p) == pod[p].at # "free"
Tend(p) ==
    /\ Plans(p) /\ host = Nobody /\ plan = pod[p].id /\ Apply(Mine(p, "tend", None)) /\ Known
    /\ UNCHANGED <<pod, plannings, edits>>
TendLost(p) ==
    /\ Plans(p) /\ host = Nobody /\ plan = pod[p].id /\ Lost(Mine(p, "tend", None)) /\ UNCHANGED <<pod, plannings, edits>>
Ends(p) == pod' = [pod EXCEPT ![p] = Free] /\ UNCHANGED <<plannings, edits>>
Drop(p) == \* the user edited it, or it is no longer ours
    /\ Plans(p) /\ (asked # pod[p].asked \/ plan # pod[p].id) /\ Sent(Mine(p, "drop", None)) /\ Ends(p) /\ Known
GivesUp(p) == \* S3 refused, or the pod ends
    /\ Plans(p) /\ Lost(Mine(p, "drop", None)) /\ Ends(p)
Clear == Sent(Txn("clear", Nobody, None, None, None, None)) /\ UNCHANGED <<late, pod, limits>> \* by any pod

\* ---- the world
Dies(p) == /\ Plans(p) /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ Ends(p) /\ UNCHANGED <<request, late>>
Restarts(p) == \* init-pod alone: conf.json names the planning, and plan.json is there still
    /\ Plans(p) /\ deaths < MostDeaths /\ deaths' = deaths + 1 /\ pod' = [pod EXCEPT ![p].entered = {}]
    /\ UNCHANGED <<request, late, plannings, edits>>
LeaseEnds == host # Nobody /\ host' = Nobody /\ UNCHANGED <<asked, plan, ranges, run, late, pod, limits>>
Edited == edits < MostEdits /\ edits' = edits + 1 /\ asked' = asked + 1 /\ UNCHANGED <<ranges, late, pod, plannings, deaths>>
Edit == run = NoRun /\ Edited /\ UNCHANGED <<plan, host, run>>
Delete == Edited /\ plan' = None /\ host' = Nobody /\ run' = NoRun \* and it is put again

Steps(p) == Plan(p) \/ Answer(p) \/ (\E k \in Keys : Enter(p, k)) \/ Begin(p) \/ Tend(p) \/ Drop(p)
Next == \/ \E p \in Pods : \/ Steps(p) \/ PlanLost(p) \/ (\E k \in Keys : EnterLost(p, k)) \/ BeginLost(p) \/ TendLost(p)
                           \/ GivesUp(p) \/ Dies(p) \/ Restarts(p)
        \/ (\E t \in late : Arrives(t)) \/ Clear \/ LeaseEnds \/ Edit \/ Delete
Safe == Start /\ [][Next]_vars

\* ---- the promises
Tiled == run # NoRun => \A k \in Keys : ranges[k] = run.planning
AsAsked == run.planned = run.asked
Alike == Permutations(Pods)
===============================================================================
