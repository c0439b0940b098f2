package filehash.init.command.screen;

import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.State;
import filehash.init.command.survey.StatusSurvey;
import java.util.ArrayList;
import java.util.List;

/** Draws requests for a terminal. No line is wider than it, or than the eye follows. */
record Picture(int width, Paint paint) {
    private static final int WIDEST = 120;
    private static final int WIDEST_BAR = 60;
    /** What nearly all texts beside a bar take, so that bars are of one length. */
    private static final int BESIDE_BAR = 26;
    private static final String INDENT = "  ";
    /** A source that is cut to less says nothing. */
    private static final int LEAST_SOURCE = 12;
    private static final int GAP = 2;
    private static final String NO_POD =
            "No pod is at work. If that lasts: does one run, and what does its log say?";
    private static final String RETRY = "Once the cause is gone: filehash retry ";
    /** How many reasons of stuck jobs a list shows of each request. */
    private static final int FEW = 2;

    Picture {
        width = Math.min(width, WIDEST);
    }

    /** @param rows how many lines there is room for: with more, each open request has a line or two */
    List<String> of(StatusSurvey.Found found, String time, int rows) {
        List<String> whole = list(found, time, true);
        return whole.size() <= rows ? whole : list(found, time, false);
    }

    private List<String> list(StatusSurvey.Found found, String time, boolean roomy) {
        List<String> lines = new ArrayList<>();
        int last = 1;
        for (RequestStatus request : found.open()) {
            List<String> drawn = roomy ? open(request, FEW) : brief(request);
            if (roomy && (last > 1 || drawn.size() > 1) || lines.isEmpty()) {
                lines.add("");
            }
            lines.addAll(drawn);
            last = drawn.size();
        }
        if (found.more() > 0) {
            lines.add("and " + Amounts.count(found.more()) + " more");
        }
        if (found.open().stream().anyMatch(RequestStatus::waitsForPods) && found.open().stream()
                .allMatch(request -> request.pods() == 0 && request.state() != State.PLANNING)) {
            lines.add("");
            lines.addAll(Cells.wrap(paint.yellow(NO_POD), width));
        }
        if (!found.done().isEmpty()) {
            lines.add("");
            found.done().forEach(request -> lines.add(done(request)));
        }
        if (found.open().isEmpty() && found.done().isEmpty()) {
            lines.add("Put a request: filehash submit s3://BUCKET/FOLDER --method SHA256");
        }
        String title = paint.bold(title(found));
        boolean both = width - Cells.width(title) - Cells.width(time) >= GAP;
        lines.addAll(0, both ? List.of(row(title, paint.dim(time))) : Cells.wrap(title, width));
        return lines.stream().map(line -> Cells.cut(line, width)).toList();
    }

    private static String title(StatusSurvey.Found found) {
        int open = found.open().size() + found.more();
        long persons = found.open().stream().filter(RequestStatus::needsPerson).count();
        int pods = found.open().stream().mapToInt(RequestStatus::pods).sum();
        return (open == 0 ? "No request is open" : Amounts.count(open, "request") + " open")
                + (pods == 0 ? "" : ", " + Amounts.count(pods, "pod") + " at work")
                + (persons == 0 ? "" : ", " + persons + (persons == 1 ? " needs you" : " need you"));
    }

    /** One request, with all that is known of it. */
    List<String> of(RequestStatus request) {
        if (!request.ended()) {
            return open(request, Integer.MAX_VALUE);
        }
        Phrases is = new Phrases(request);
        List<String> lines = new ArrayList<>(List.of(header(request, "")));
        List<String> parts = new ArrayList<>(is.amounts());
        parts.add(request.state() == State.DONE ? is.jobs().get(0)
                : request.jobs().done() + " of " + is.jobs().get(0) + " done");
        Cells.flow(parts, room()).forEach(line -> add(lines, line));
        if (request.pods() > 0) {
            lines.add(INDENT + Amounts.count(request.pods(), "pod") + " stopping");
        }
        add(lines, paint.yellow(is.failed()));
        add(lines, paint.yellow(is.problem()));
        if (request.state() == State.CANCELLED && request.tally().objects() > 0) {
            lines.add(INDENT + "Rows that are stored stay.");
        }
        return lines;
    }

    /** What distinguishes it, how far it is, and why it needs a person. */
    private List<String> brief(RequestStatus request) {
        Phrases is = new Phrases(request);
        List<String> lines = new ArrayList<>(List.of(header(request,
                is.isBegun() && request.share() != null ? ", " + is.share() : "")));
        String why = !request.needsPerson() ? "" : is.parked().isEmpty() ? is.problem() : is.parked().get(0);
        if (!why.isEmpty()) {
            lines.add(INDENT + paint.red(Cells.cut(why, room())));
        }
        return lines;
    }

    private int room() {
        return width - INDENT.length();
    }

    private List<String> open(RequestStatus request, int reasons) {
        Phrases is = new Phrases(request);
        String quoted = Cells.quoted(request.id());
        List<String> lines = new ArrayList<>(List.of(header(request, "")));
        add(lines, request.needsPerson() ? paint.red(is.problem()) : paint.yellow(is.problem()));
        add(lines, switch (request.state()) {
            case BAD -> request.root() != null ? RETRY + quoted
                    : "Correct its keys, or end it: filehash cancel " + quoted;
            case PAUSED -> "Go on: filehash resume " + quoted;
            case PLANNING -> "A pod lists the folder, to cut it into jobs of equal size.";
            default -> "";
        });
        if (is.isBegun()) {
            if (request.share() != null) {
                lines.add(INDENT + bar(request.share(), INDENT + is.share()));
            }
            Cells.flow(is.amounts(), room()).forEach(line -> add(lines, line));
            Cells.flow(is.jobs(), room()).forEach(line -> add(lines, request.pods() == 0 ? paint.yellow(line) : line));
            add(lines, is.bound());
            add(lines, paint.yellow(is.failed()));
            is.parked().stream().limit(reasons).forEach(why -> add(lines, paint.red(why)));
            if (request.jobs().parked() > 0 && request.needsPerson() && request.state() != State.BAD) {
                add(lines, RETRY + quoted);
            }
            is.failing().stream().limit(reasons).forEach(why -> add(lines, paint.yellow(why)));
        }
        return lines;
    }

    private void add(List<String> lines, String text) {
        if (!text.isEmpty()) {
            Cells.wrap(text, room()).forEach(line -> lines.add(INDENT + line));
        }
    }

    /** @param far how far it is */
    private String header(RequestStatus request, String far) {
        Phrases is = new Phrases(request);
        boolean waits = request.state() == State.WAITING && request.jobs().all() > 0;
        return row(is, (is.priority().isEmpty() ? "" : is.priority() + ", ") + is.state()
                + (waits ? ", " + is.jobs().get(0) : "") + far, "");
    }

    private String done(RequestStatus request) {
        Phrases is = new Phrases(request);
        String all = is.problem().isEmpty() ? is.state() + ", " + String.join(", ", is.amounts()) : is.state();
        return row(is, all, is.flaw().isEmpty() ? "" : ", " + is.flaw());
    }

    /** Only the state stands on the right where more would leave less room for the id, which commands need. */
    private String row(Phrases is, String all, String flaw) {
        int most = width - Cells.width(is.state() + flaw) - GAP;
        boolean fits = width - Cells.width(all + flaw) - GAP >= Math.min(most, Cells.width(is.id()));
        String state = fits ? all : is.state();
        return row(left(is, width - Cells.width(state + flaw) - GAP),
                paint.of(is.request().state(), state) + paint.yellow(flaw));
    }

    /** The id, then as much of the source as there is room, then the methods. */
    private String left(Phrases is, int room) {
        String id = Cells.cut(is.id(), room); // commands need it
        String methods = is.methods().isEmpty() ? "" : INDENT + is.methods();
        int rest = room - Cells.width(id) - INDENT.length();
        String whole = Cells.width(is.source()) <= rest - methods.length() ? is.source() : is.folder();
        boolean both = rest - methods.length() >= Math.min(LEAST_SOURCE, Cells.width(whole));
        String source = whole.isEmpty() || rest < LEAST_SOURCE ? ""
                : INDENT + Cells.cut(whole, both ? rest - methods.length() : rest);
        return paint.bold(id) + source + (both ? methods : "");
    }

    private String row(String left, String right) {
        int gap = width - Cells.width(left) - Cells.width(right);
        return left + Cells.blanks(Math.max(GAP, gap)) + right;
    }

    private String bar(double share, String text) {
        int room = width - INDENT.length() - "[]".length() - Math.max(BESIDE_BAR, Cells.width(text));
        int cells = Math.max(4, Math.min(WIDEST_BAR, room));
        int full = (int) Math.floor(share * cells);
        return "[" + paint.green("#".repeat(full)) + paint.dim("-".repeat(cells - full)) + "]" + text;
    }
}
