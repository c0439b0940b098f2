package filehash.init.command.screen;

import filehash.init.command.survey.RequestStatus;

/** Colours, where they are wanted. No state shows by colour alone. */
public record Paint(boolean on) {
    String bold(String text) {
        return in("1", text);
    }

    String dim(String text) {
        return in("2", text);
    }

    public String red(String text) {
        return in("31", text);
    }

    public String green(String text) {
        return in("32", text);
    }

    String yellow(String text) {
        return in("33", text);
    }

    String of(RequestStatus.State state, String text) {
        return switch (state) {
            case BAD, PARKED -> red(text);
            case INCOMPLETE, PAUSED, CANCELLING, CANCELLED -> yellow(text);
            case RUNNING, PLANNING, DONE -> green(text);
            default -> text;
        };
    }

    private String in(String colour, String text) {
        return on && !text.isEmpty() ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
