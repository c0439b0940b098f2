package filehash.deaths;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Something that happens to pods at work. Its name is that of a method: etcd-stands-still is etcdStandsStill. */
record Scenario(String name, Method method) {
    private static final List<Class<?>> CLASSES = List.of(PodScenarios.class, ServerScenarios.class,
            ProtocolScenarios.class, PlanScenarios.class, RandomScenarios.class);

    static List<Scenario> all() {
        return CLASSES.stream().flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> !Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic()
                        && List.of(method.getParameterTypes()).equals(List.of(World.class)))
                .map(method -> new Scenario(named(method), method))
                .sorted((a, b) -> a.name.compareTo(b.name)).toList();
    }

    static Scenario named(String name) {
        return all().stream().filter(scenario -> scenario.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name + ": see --list"));
    }

    /** Runs it and checks all; what it leaves in its folder stays there only if it fails. */
    void run(Servers servers, Path folder, long seed) throws Exception {
        Evidence.delete(folder);
        try (World world = new World(servers, name, folder, seed)) {
            try {
                play(world);
                world.finish();
            } catch (Exception | AssertionError e) {
                String rows = world.keep(e.toString());
                servers.heal();
                throw new AssertionError(e.getMessage() + "\n" + rows, e);
            } finally {
                world.report();
            }
        }
        Evidence.delete(folder);
    }

    @Override
    public String toString() {
        return name;
    }

    private void play(World world) throws Exception {
        try {
            method.invoke(null, world);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        }
    }

    private static String named(Method method) {
        return method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
