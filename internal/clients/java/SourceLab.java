// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sourcelab.kafka.connect.apiclient.Configuration;
import org.sourcelab.kafka.connect.apiclient.KafkaConnectClient;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorPluginConfigDefinition;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorStatus;
import org.sourcelab.kafka.connect.apiclient.request.dto.ConnectorsWithExpandedMetadata;
import org.sourcelab.kafka.connect.apiclient.request.dto.NewConnectorDefinition;
import org.sourcelab.kafka.connect.apiclient.request.post.PostConnectorRestart;
import org.sourcelab.kafka.connect.apiclient.rest.exceptions.InvalidRequestException;

/**
 * Drives SourceLab's client through the life of some connectors, and prints what it made of each answer as JSON: a list of calls,
 * each with what the client gave back ("gives"), or how it told of a refusal that was wanted ("refused"), or what nobody wanted
 * ("unexpected"). Arguments: the worker's URL, a prefix for names, and a folder with a file in.txt.
 */
public final class SourceLab {
    private static final long PATIENCE_MS = 40_000;
    private static final long POLL_EVERY_MS = 100;

    /** With these words Kafka Connect asks to try again: it refuses some calls while its group rebalances. */
    private static final List<String> BUSY =
        List.of("rebalance is expected", "conflicting operation", "stale configuration", "no known leader URL");

    /** A connector that was just created has no status yet. */
    private static final List<String> NOT_YET = Stream.concat(BUSY.stream(), Stream.of("No status found")).collect(Collectors.toList());

    private final ObjectMapper json = new ObjectMapper();
    private final List<Map<String, Object>> steps = new ArrayList<>();
    private final KafkaConnectClient client;
    private final String prefix;
    private final String folder;

    private SourceLab(String url, String prefix, String folder) {
        this.client = new KafkaConnectClient(new Configuration(url));
        this.prefix = prefix;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: SourceLab http://host:port prefix folder");
            System.exit(2);
        }
        SourceLab play = new SourceLab(args[0], args[1], args[2]);
        play.looksAround();
        play.creates();
        play.changes();
        play.isRefused();
        play.stopsAndStarts();
        play.seesFailure();
        play.usesAnOddName();
        play.deletes();
        play.json.writeValue(System.out, play.steps);
        System.exit(play.steps.stream().anyMatch(step -> step.containsKey("unexpected")) ? 1 : 0);
    }

    private void looksAround() throws Exception {
        gives("root", client::getConnectServerVersion);
        gives("plugins", client::getConnectorPlugins);
        gives("list of nothing", client::getConnectors);
        gives("validate a source", () -> validate("FileStreamSource", with(source(), "name", "x")));
        gives("validate a sink", () -> validate("FileStreamSink", with(sink(), "name", "x", "connector.class", "FileStreamSink")));
        gives("validate without topic",
            () -> validate("FileStreamSource", Map.of("name", "x", "connector.class", "FileStreamSource", "tasks.max", "many")));
        refused("validate as another class", () -> validate("FileStreamSink", with(source(), "name", "x")));
        refused("validate an unknown class", () -> validate("Nothing", Map.of("name", "x", "connector.class", "Nothing")));
    }

    private void creates() throws Exception {
        String in = name("in");
        String out = name("out");
        gives("create the source", () -> create(in, source()));
        comesTo(in, "RUNNING", 1);
        until("topics of the source", () -> client.getConnectorTopics(in), topics -> topics.getTopics().size() == 1);
        gives("create the sink", () -> create(out, sink()));
        comesTo(out, "RUNNING", 1);
        until("topics of the sink", () -> client.getConnectorTopics(out), topics -> topics.getTopics().size() == 1);
        gives("list", () -> client.getConnectors().stream().sorted().collect(Collectors.toList()));
        gives("list with status", () -> client.getConnectorsWithExpandedStatus().getMappedStatuses());
        gives("list with info", () -> client.getConnectorsWithExpandedInfo().getMappedDefinitions());
        gives("list with all", () -> {
            ConnectorsWithExpandedMetadata all = client.getConnectorsWithAllExpandedMetadata();
            return List.of(all.getMappedStatuses(), all.getMappedDefinitions());
        });
        for (String connector : List.of(in, out)) {
            gives("get " + connector, () -> client.getConnector(connector));
            gives("config of " + connector, () -> client.getConnectorConfig(connector));
            gives("tasks of " + connector, () -> client.getConnectorTasks(connector));
            gives("status of a task of " + connector, () -> client.getConnectorTaskStatus(connector, 0));
        }
    }

    private void changes() throws Exception {
        String in = name("in");
        gives("update", () -> client.updateConnectorConfig(in, with(source(), "batch.size", "500")));
        comesTo(in, "RUNNING", 1);
        gives("updated config", () -> client.getConnectorConfig(in));
    }

    private void isRefused() throws Exception {
        String in = name("in");
        String no = name("nobody");
        refused("create twice", () -> create(in, source()));
        refused("create with a bad number", () -> create(no, with(source(), "tasks.max", "none")));
        // The client sends what is not ASCII in another encoding than UTF-8.
        refused("create with a name that is not ASCII", () -> create(name("é!"), source()));
        refused("create without class", () -> create(no, Map.of("topic", "x")));
        refused("update with a bad config", () -> client.updateConnectorConfig(in, with(source(), "errors.tolerance", "some")));
        refused("get an unknown connector", () -> client.getConnector(no));
        refused("config of an unknown connector", () -> client.getConnectorConfig(no));
        refused("status of an unknown connector", () -> client.getConnectorStatus(no));
        refused("tasks of an unknown connector", () -> client.getConnectorTasks(no));
        gives("topics of an unknown connector", () -> client.getConnectorTopics(no));
        refused("pause an unknown connector", () -> client.pauseConnector(no));
        refused("resume an unknown connector", () -> client.resumeConnector(no));
        refused("stop an unknown connector", () -> client.stopConnector(no));
        refused("restart an unknown connector", () -> client.restartConnector(no));
        refused("delete an unknown connector", () -> client.deleteConnector(no));
        refused("status of an unknown task", () -> client.getConnectorTaskStatus(in, 7));
        refused("restart an unknown task", () -> client.restartConnectorTask(in, 7));
    }

    private void stopsAndStarts() throws Exception {
        String in = name("in");
        gives("pause", () -> client.pauseConnector(in));
        comesTo(in, "PAUSED", 1);
        gives("resume", () -> client.resumeConnector(in));
        comesTo(in, "RUNNING", 1);
        gives("restart", () -> client.restartConnector(in));
        comesTo(in, "RUNNING", 1);
        gives("restart with tasks", () -> client.restartConnector(new PostConnectorRestart(in).withIncludeTasks(true)));
        comesTo(in, "RUNNING", 1);
        gives("restart a task", () -> client.restartConnectorTask(in, 0));
        comesTo(in, "RUNNING", 1);
        gives("stop", () -> client.stopConnector(in));
        comesTo(in, "STOPPED", 0);
        gives("tasks of what is stopped", () -> client.getConnectorTasks(in));
        gives("reset topics", () -> client.resetConnectorTopics(in));
        until("topics after reset", () -> client.getConnectorTopics(in), topics -> topics.getTopics().isEmpty());
        gives("resume from stopped", () -> client.resumeConnector(in));
        comesTo(in, "RUNNING", 1);
    }

    private void seesFailure() throws Exception {
        String bad = name("bad");
        gives("create a failing sink", () -> create(bad, with(sink(), "file", folder + "/nowhere/out.txt")));
        until("status of what has failed", () -> client.getConnectorStatus(bad), status -> is(status, "RUNNING", "FAILED", 1));
        gives("restart what has failed",
            () -> client.restartConnector(new PostConnectorRestart(bad).withIncludeTasks(true).withOnlyFailed(true)));
        until("status of what has failed again", () -> client.getConnectorStatus(bad), status -> is(status, "RUNNING", "FAILED", 1));
        gives("delete the failing sink", () -> client.deleteConnector(bad));
    }

    /** Its letters all mean something in a URL; the client escapes them, but not a semicolon. */
    private void usesAnOddName() throws Exception {
        String odd = name("odd name?a=b&c#d+:@,[x]");
        gives("create with an odd name", () -> create(odd, with(source(), "topic", name("odd"))));
        comesTo(odd, "RUNNING", 1);
        gives("get the odd name", () -> client.getConnector(odd));
        until("topics of the odd name", () -> client.getConnectorTopics(odd), topics -> topics.getTopics().size() == 1);
        gives("update the odd name", () -> client.updateConnectorConfig(odd, with(source(), "topic", name("odd2"))));
        comesTo(odd, "RUNNING", 1);
        until("tasks of the odd name", () -> client.getConnectorTasks(odd),
            tasks -> tasks.stream().map(task -> task.getConfig().get("topic")).collect(Collectors.toList()).equals(List.of(name("odd2"))));
        gives("delete the odd name", () -> client.deleteConnector(odd));
    }

    private void deletes() throws Exception {
        for (String connector : List.of(name("in"), name("out"))) {
            gives("delete " + connector, () -> client.deleteConnector(connector));
            refused("get the deleted " + connector, () -> client.getConnector(connector));
        }
        gives("list after all", client::getConnectors);
    }

    private String name(String of) {
        return prefix + "-" + of;
    }

    private Map<String, String> source() {
        return Map.of("connector.class", "FileStreamSource", "tasks.max", "1", "file", folder + "/in.txt", "topic", name("lines"));
    }

    private Map<String, String> sink() {
        return Map.of("connector.class", "org.apache.kafka.connect.file.FileStreamSinkConnector", "tasks.max", "1",
            "file", folder + "/out.txt", "topics", name("lines"));
    }

    private static Map<String, String> with(Map<String, String> config, String... more) {
        Map<String, String> all = new HashMap<>(config);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    private Object create(String connector, Map<String, String> config) {
        return client.addConnector(NewConnectorDefinition.newBuilder().withName(connector).withConfig(config).build());
    }

    private Object validate(String plugin, Map<String, String> config) {
        return client.validateConnectorPluginConfig(
            ConnectorPluginConfigDefinition.newBuilder().withName(plugin).withConfig(config).build());
    }

    private void comesTo(String connector, String state, int tasks) throws Exception {
        until("status of " + connector + " until " + state, () -> client.getConnectorStatus(connector),
            status -> is(status, state, state, tasks));
    }

    private static boolean is(ConnectorStatus status, String connector, String task, int tasks) {
        return connector.equals(status.getConnector().get("state")) && status.getTasks().size() == tasks
            && status.getTasks().stream().allMatch(one -> task.equals(one.getState()));
    }

    private void gives(String call, Callable<Object> use) throws Exception {
        until(call, use, answer -> true);
    }

    /** A call that has to succeed, repeated until its answer is the one that the worker comes to. */
    private <T> void until(String call, Callable<T> use, Predicate<T> reached) throws Exception {
        Outcome<T> last = await(use, NOT_YET, reached);
        if (last.refusal != null) {
            step(call, "unexpected", told(last.refusal).toString());
        } else if (!reached.test(last.answer)) {
            step(call, "unexpected", "not reached: " + json.writeValueAsString(last.answer));
        } else {
            step(call, "gives", json.valueToTree(last.answer));
        }
    }

    /** A call that has to fail. */
    private void refused(String call, Callable<Object> use) throws Exception {
        Outcome<Object> last = await(use, BUSY, answer -> true);
        if (last.refusal == null) {
            step(call, "unexpected", "it was not refused: " + json.writeValueAsString(last.answer));
        } else {
            step(call, "refused", told(last.refusal));
        }
    }

    /** Repeats a call until its answer is enough, or it is refused for good. It gives up after a time. */
    private static <T> Outcome<T> await(Callable<T> use, List<String> again, Predicate<T> enough) throws Exception {
        for (long end = System.nanoTime() + PATIENCE_MS * 1_000_000; ; Thread.sleep(POLL_EVERY_MS)) {
            Outcome<T> one = new Outcome<>();
            try {
                one.answer = use.call();
            } catch (RuntimeException e) {
                one.refusal = e;
            }
            boolean settled = one.refusal == null ? enough.test(one.answer)
                : again.stream().noneMatch(text -> String.valueOf(one.refusal.getMessage()).contains(text));
            if (settled || System.nanoTime() > end) {
                return one;
            }
        }
    }

    private static final class Outcome<T> {
        T answer;
        RuntimeException refusal;
    }

    private JsonNode told(RuntimeException e) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("class", e.getClass().getName());
        said.put("message", e.getMessage());
        if (e instanceof InvalidRequestException) {
            said.put("code", ((InvalidRequestException) e).getErrorCode());
        }
        return json.valueToTree(said);
    }

    private void step(String call, String kind, Object what) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("call", call);
        one.put(kind, what);
        steps.add(one);
    }
}
