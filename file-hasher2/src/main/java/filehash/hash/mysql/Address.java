package filehash.hash.mysql;

import com.mysql.cj.conf.PropertyKey;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.program.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The URL and the properties by which the driver finds MySQL, from conf.json. */
final class Address {
    private static final Logger LOG = LoggerFactory.getLogger(Address.class);

    /** What the program relies on; it overrides mysql_params. */
    private static final Map<PropertyKey, String> FIXED = Map.ofEntries(
            // without these a port that accepts and never answers blocks the program
            Map.entry(PropertyKey.connectTimeout, "5000"), Map.entry(PropertyKey.socketTimeout, "20000"),
            // a lost session must be an error
            Map.entry(PropertyKey.autoReconnect, "false"), Map.entry(PropertyKey.autoReconnectForPools, "false"),
            // the driver must send every COMMIT
            Map.entry(PropertyKey.useLocalTransactionState, "false"),
            Map.entry(PropertyKey.useLocalSessionState, "false"),
            Map.entry(PropertyKey.elideSetAutoCommits, "false"),
            // an UPDATE returns how many rows it matched; a statement with thousands of values is sent as one text
            Map.entry(PropertyKey.useAffectedRows, "false"), Map.entry(PropertyKey.useServerPrepStmts, "false"),
            // a batch is one packet of several statements, or two
            Map.entry(PropertyKey.allowMultiQueries, "true"), Map.entry(PropertyKey.useCursorFetch, "false"),
            Map.entry(PropertyKey.maxRows, "-1"),
            // the driver would explain the first statement of a slow packet, and execute the others once more
            Map.entry(PropertyKey.explainSlowQueries, "false"),
            // a batch's text is parsed once for each number of rows
            Map.entry(PropertyKey.cachePrepStmts, "true"), Map.entry(PropertyKey.prepStmtCacheSize, "100"),
            Map.entry(PropertyKey.prepStmtCacheSqlLimit, "8192"),
            // names are stored unchanged
            Map.entry(PropertyKey.characterEncoding, "UTF-8"));

    /** Parameters that mysql_params cannot set either: the server decides them, or /conf has a key for them. */
    private static final List<PropertyKey> IGNORED = List.of(PropertyKey.connectionCollation,
            PropertyKey.characterSetResults, PropertyKey.maxAllowedPacket, PropertyKey.useConfigs,
            PropertyKey.propertiesTransform, PropertyKey.USER, PropertyKey.PASSWORD, PropertyKey.HOST, PropertyKey.PORT,
            PropertyKey.PROTOCOL, PropertyKey.PATH, PropertyKey.TYPE, PropertyKey.ADDRESS, PropertyKey.PRIORITY,
            PropertyKey.DBNAME);

    private Address() {
    }

    static String text(Conf.MySql mysql) {
        return "MySQL at " + mysql.host() + ":" + mysql.port() + "/" + mysql.name();
    }

    static String url(Conf.MySql mysql) throws GiveUp {
        if (!mysql.host().matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?]?")) {
            throw GiveUp.conf("mysql_host '" + mysql.host() + "' is neither a host name nor an address");
        }
        boolean bare = mysql.host().contains(":") && !mysql.host().startsWith("[");
        String host = bare ? "[" + mysql.host() + "]" : mysql.host();
        String name = URLEncoder.encode(mysql.name(), StandardCharsets.UTF_8).replace("+", "%20");
        return "jdbc:mysql://" + host + ":" + mysql.port() + "/" + name;
    }

    static Properties properties(Conf.MySql mysql) throws GiveUp {
        Properties properties = mysql.params() == null ? new Properties() : users(mysql.params());
        FIXED.forEach((key, value) -> properties.setProperty(key.getKeyName(), value));
        properties.setProperty(PropertyKey.USER.getKeyName(), mysql.user());
        Secret pass = mysql.pass();
        properties.setProperty(PropertyKey.PASSWORD.getKeyName(), pass == null ? "" : pass.reveal());
        return properties;
    }

    /** An error names the parameter and never its value, which may be the password of a key store. */
    private static Properties users(Secret params) throws GiveUp {
        Properties properties = new Properties();
        List<String> ignored = new ArrayList<>();
        String[] all = params.reveal().strip().replaceFirst("^\\?", "").split("&");
        for (int i = 0; i < all.length; i++) {
            String[] parts = all[i].split("=", 2);
            if (parts.length < 2) { // not in the message: it may be the end of a password that contains an &
                throw GiveUp.conf("mysql_params: parameter " + (i + 1) + " is not name=value");
            }
            PropertyKey key = PropertyKey.fromValue(parts[0]);
            if (key == null) {
                throw GiveUp.conf("mysql_params: '" + parts[0] + "' is not a parameter of MySQL Connector/J");
            }
            if (FIXED.containsKey(key) || IGNORED.contains(key)) {
                ignored.add(parts[0]);
            } else {
                properties.setProperty(key.getKeyName(), decoded(parts[0], parts[1]));
            }
        }
        if (!ignored.isEmpty()) {
            LOG.warn("mysql_params: {} ignored; the program sets this itself", String.join(", ", ignored));
        }
        return properties;
    }

    private static String decoded(String name, String value) throws GiveUp {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw GiveUp.conf("mysql_params: the value of '" + name + "' is not URL-encoded");
        }
    }
}
