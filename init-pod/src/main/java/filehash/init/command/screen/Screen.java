package filehash.init.command.screen;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The part of a terminal that a command draws again and again, below what was printed before. What it drew last stays
 * when the command ends. Owned by one thread.
 */
public final class Screen implements AutoCloseable {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    /** Without wrapping, a character that is wider than we think moves no other line. */
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final int COLUMNS = 80;
    private static final int ROWS = 24;
    private static final int NARROWEST = 40;

    private final PrintStream out;
    private final Integer columns;
    private final Thread restore;
    private int[] size = {ROWS, COLUMNS};
    private volatile List<Integer> drawn = List.of();

    /** @param columns null for as many as the terminal has */
    public Screen(PrintStream out, Integer columns) {
        this.out = out;
        this.columns = columns;
        this.restore = new Thread(this::showCursor, "restore the terminal");
        Runtime.getRuntime().addShutdownHook(restore); // Ctrl-C
    }

    /** Asks the terminal for its size, which may have changed; the other methods go by what it said. */
    void measure() {
        size = asked();
    }

    int width() {
        return Math.max(NARROWEST, columns == null ? size[1] : columns);
    }

    /** How many lines can be drawn at once. */
    int rows() {
        return Math.max(2, size[0] - 1);
    }

    /** Prints all lines, once. */
    void print(List<String> lines) {
        lines.forEach(out::println);
    }

    /** Draws as many lines as there is room for, over what was drawn last. */
    void draw(List<String> lines) {
        int room = rows();
        List<String> shown = lines.size() <= room ? lines : lines.subList(0, room - 1);
        // lines that were drawn before the terminal became narrower may take several rows now
        int up = drawn.stream().mapToInt(width -> Math.max(1, (width + size[1] - 1) / size[1])).sum();
        StringBuilder text = new StringBuilder(HIDE_CURSOR).append(NO_WRAP);
        if (up > 0) {
            text.append("\u001b[").append(Math.min(up, size[0] - 1)).append('A');
        }
        shown.forEach(line -> text.append(CLEAR_LINE).append(line).append('\n'));
        if (shown.size() < lines.size()) {
            text.append(CLEAR_LINE).append("... and ").append(lines.size() - shown.size()).append(" more lines\n");
        }
        out.print(text.append(CLEAR_BELOW).append(WRAP));
        out.flush();
        drawn = new ArrayList<>(shown.stream().map(Cells::width).toList());
        if (shown.size() < lines.size()) {
            drawn.add(1);
        }
    }

    /** Rows and columns. No JVM knows them; where there is no stty, as in the image, 24 and 80. */
    private static int[] asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
            String[] words = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip()
                    .split(" ");
            if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0 && words.length == 2) {
                int[] size = {Integer.parseInt(words[0]), Integer.parseInt(words[1])};
                return new int[] {size[0] > 1 ? size[0] : ROWS, size[1] > 1 ? size[1] : COLUMNS};
            }
        } catch (IOException | NumberFormatException e) {
            return new int[] {ROWS, COLUMNS}; // no stty, or one that speaks another language
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new int[] {ROWS, COLUMNS};
    }

    private void showCursor() {
        if (!drawn.isEmpty()) {
            out.print(SHOW_CURSOR);
            out.flush();
        }
    }

    @Override
    public void close() {
        showCursor();
        Runtime.getRuntime().removeShutdownHook(restore);
    }
}
