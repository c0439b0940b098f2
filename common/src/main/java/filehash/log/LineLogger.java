package filehash.log;

import java.util.Arrays;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** A logger of SLF4J that hands its events to {@link LogLines}. Safe for use by several threads. */
final class LineLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    LineLogger(String logger) {
        name = logger;
    }

    @Override
    public boolean isTraceEnabled() {
        return LogLines.isEnabled(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return LogLines.isEnabled(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return LogLines.isEnabled(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return LogLines.isEnabled(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return LogLines.isEnabled(name, Level.ERROR);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return null; // no line names its caller
    }

    @Override
    protected void handleNormalizedLoggingCall(Level level, Marker marker, String pattern, Object[] arguments,
            Throwable thrown) {
        Logged named = arguments == null ? null : (Logged) Arrays.stream(arguments)
                .filter(Logged.class::isInstance).findFirst().orElse(null);
        LogLines.write(level, name, named, MessageFormatter.basicArrayFormat(pattern, arguments), thrown);
    }
}
