package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.documents.TableRow;
import filehash.init.command.screen.Output;
import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.Bound;
import filehash.init.command.survey.RequestStatus.Stuck;
import filehash.init.command.survey.Statuses;
import filehash.program.Json;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DocumentedCommandsTest {
    private static final String DOCUMENT = "docs/COMMANDS.md";

    private final Map<String, CommandLine> commands = Commands.line(new Shell(Map.of(), System.out, System.err, null,
            false, false)).getSubcommands();

    @Test
    void commands_andTheirOptionsAreThoseOfTheDocument() throws Exception {
        Map<String, Set<String>> documented = new TreeMap<>();
        TableRow.of(DOCUMENT, "command").forEach(row -> documented.put(row.code(0).get(0).split(" ")[0],
                row.code(1).stream().map(option -> option.split(" ")[0]).collect(Collectors.toSet())));
        Map<String, Set<String>> real = new TreeMap<>();
        commands.forEach((name, line) -> {
            Set<String> options = new HashSet<>(line.getCommandSpec().optionsMap().keySet());
            options.removeAll(Set.of("-h", "--help", "-V", "--version"));
            real.put(name, options);
        });
        assertEquals(real, documented);
    }

    @Test
    void exitCodes_areThoseOfTheDocumentAndOfTheHelp() throws Exception {
        Set<String> used = new TreeSet<>(Set.of("130")); // the JVM's own, after Ctrl-C
        for (Field field : Commands.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                used.add(field.get(null).toString());
            }
        }
        assertEquals(used, TableRow.names(DOCUMENT, "exit code"));
        String help = Arrays.stream(Commands.class.getAnnotation(CommandLine.Command.class).footer())
                .collect(Collectors.joining(" "));
        used.forEach(code -> assertTrue(help.contains(" " + code + " "), code + " in " + help));
    }

    @Test
    void fields_ofJsonAreThoseOfTheDocument() throws Exception {
        List<Stuck> stuck = List.of(new Stuck(1, 2, "why"));
        RequestStatus like = Statuses.MANY_JOBS;
        String json = Json.write(new Output.Lines.Document(Instant.EPOCH, List.of(new RequestStatus(like.id(),
                like.state(), like.bucket(), like.endpoint(), like.root(), like.methods(), like.jobs(), like.pods(),
                like.tally(), like.planned(), like.share(), like.estimated(), like.started(), like.updated(),
                like.pace(), like.problem(), stuck, stuck).with(new Bound("s3", Map.of("s3", 1.0)))), 0));
        Set<String> written = new TreeSet<>();
        names("", Json.read(json, Map.class), written);
        Set<String> documented = new TreeSet<>();
        for (TableRow row : TableRow.of(DOCUMENT, "field")) {
            List<String> names = row.code(0);
            String folder = names.get(0).substring(0, names.get(0).lastIndexOf('.') + 1);
            names.forEach(name -> documented.add(name.startsWith(folder) ? name : folder + name));
        }
        assertEquals(written, documented);
    }

    @Test
    void states_ofJsonAreThoseOfTheDocument() throws Exception {
        TableRow states = TableRow.of(DOCUMENT, "field").stream()
                .filter(row -> row.code(0).contains("requests.state")).findFirst().orElseThrow();
        assertEquals(Arrays.stream(RequestStatus.State.values()).map(Enum::name).collect(Collectors.toSet()),
                states.capitals(1));
    }

    @Test
    void readme_namesEachCommand() throws Exception {
        String readme = Files.readString(TableRow.repository().resolve("README.md"));
        commands.keySet().forEach(name -> assertTrue(readme.contains("filehash " + name), name));
    }

    /** The names of all fields, but not of those below failedByClass, which are classes of failures. */
    private static void names(String before, Map<?, ?> node, Set<String> names) {
        node.forEach((key, value) -> {
            String name = before + key;
            List<?> inner = value instanceof List<?> list ? list : List.of(value == null ? "" : value);
            boolean leaf = !(inner.get(0) instanceof Map) || Set.of("failedByClass", "waited").contains(key);
            if (leaf || key.equals("requests")) {
                names.add(name);
            }
            if (!leaf) {
                names(name + ".", (Map<?, ?>) inner.get(0), names);
            }
        });
    }
}
