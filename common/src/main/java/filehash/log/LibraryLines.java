package filehash.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.event.Level;

/** Hands on what grpc and MySQL's driver log by java.util.logging. Safe for use by several threads. */
final class LibraryLines extends Handler {
    private final Formatter texts = new SimpleFormatter();

    @Override
    public void publish(LogRecord line) {
        int value = line.getLevel().intValue();
        Level level = value >= java.util.logging.Level.SEVERE.intValue() ? Level.ERROR
                : value >= java.util.logging.Level.WARNING.intValue() ? Level.WARN : Level.INFO;
        String logger = line.getLoggerName() == null ? "" : line.getLoggerName();
        if (LogLines.isEnabled(logger, level)) {
            LogLines.write(level, logger, null, texts.formatMessage(line), line.getThrown());
        }
    }

    @Override
    public void flush() {
        System.err.flush();
    }

    @Override
    public void close() {
        flush(); // standard error stays open
    }
}
