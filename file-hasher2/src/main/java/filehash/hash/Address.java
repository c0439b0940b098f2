package filehash.hash;

import com.mysql.cj.conf.PropertyKey;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** conf.json's words for where MySQL is, as the driver wants them. */
final class Address {
    private Address() {
    }

    static String shown(Conf.MySql mysql) {
        return "MySQL at " + mysql.host() + ":" + mysql.port() + "/" + mysql.name();
    }

    static String url(Conf.MySql mysql) throws GiveUp {
        if (!mysql.host().matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?]?")) {
            throw GiveUp.conf("mysql_host '" + mysql.host() + "' is not a host name or an address");
        }
        boolean bare = mysql.host().contains(":") && !mysql.host().startsWith("[");
        String host = bare ? "[" + mysql.host() + "]" : mysql.host();
        String name = URLEncoder.encode(mysql.name(), StandardCharsets.UTF_8).replace("+", "%20");
        return "jdbc:mysql://" + host + ":" + mysql.port() + "/" + name;
    }

    /** The user's parameters, and over them what the program relies on. */
    static Properties properties(Conf.MySql mysql) throws GiveUp {
        Properties properties = mysql.params() == null ? new Properties() : parsed(mysql.params().reveal());
        set(properties, PropertyKey.USER, mysql.user());
        set(properties, PropertyKey.PASSWORD, mysql.pass() == null ? "" : mysql.pass().reveal());
        set(properties, PropertyKey.connectTimeout, "5000");
        set(properties, PropertyKey.socketTimeout, "20000");
        set(properties, PropertyKey.characterEncoding, "UTF-8");
        set(properties, PropertyKey.useServerPrepStmts, "false");
        set(properties, PropertyKey.useAffectedRows, "false");
        set(properties, PropertyKey.autoReconnect, "false");
        set(properties, PropertyKey.useLocalTransactionState, "false");
        return properties;
    }

    private static Properties parsed(String params) throws GiveUp {
        Properties properties = new Properties();
        for (String param : params.split("&")) {
            int equals = param.indexOf('=');
            String key = equals < 0 ? param : param.substring(0, equals);
            if (equals < 1) {
                throw GiveUp.conf("mysql_params: '" + key + "' is not name=value");
            }
            properties.setProperty(key, URLDecoder.decode(param.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return properties;
    }

    private static void set(Properties properties, PropertyKey key, String value) {
        properties.setProperty(key.getKeyName(), value);
    }
}
