// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

func createReadChangeDelete(s *session) {
	s.create("crd", source("crd"))
	s.states("crd", "RUNNING", "RUNNING")
	s.everything("crd")
	s.create("crd", source("crd"))
	s.create("crd", source("crd").with("topic", ""))
	s.create(" crd ", source("crd"))
	s.put("/connectors/crd/config", source("crd").String())
	s.settled("crd", "RUNNING", "RUNNING")
	s.put("/connectors/crd/config", source("crd").with("batch.size", 100, "a.flag", true, "a.number", 1.50).String())
	s.await("the task is changed", "/connectors/crd/tasks", has(`"batch.size":"100"`))
	s.settled("crd", "RUNNING", "RUNNING")
	s.everything("crd")
	s.put("/connectors/crd/config", source("crd").with("connector.class", "FileStreamSink").String())
	s.put("/connectors/crd/config", source("crd").with("name", "other").String())
	s.put("/connectors/crd/config", `{"connector.class":"no.such.Class"}`)
	s.delete("/connectors/crd")
	s.gone("crd")
	s.get("/connectors/crd")
	s.get("/connectors/crd/config")
	s.get("/connectors/crd/tasks")
	s.delete("/connectors/crd")
	s.get("/connectors")
}

// everything asks all there is to ask about a connector.
func (s *session) everything(name string) {
	at := "/connectors/" + url.PathEscape(name)
	for _, path := range []string{at, at + "/config", at + "/status", at + "/tasks", at + "/tasks/0/status", at + "/tasks/1/status", "/connectors",
		"/connectors?expand=info", "/connectors?expand=status", "/connectors?expand=status&expand=info", "/connectors?expand=other"} {
		s.get(path)
	}
}

func putCreatesAndChanges(s *session) {
	s.put("/connectors/put/config", source("put").with("name", "put").String())
	s.states("put", "RUNNING", "RUNNING")
	s.put("/connectors/put/config", source("put").with("connector.class", "org.apache.kafka.connect.file.FileStreamSourceConnector", "tasks.max", 3).String())
	s.settled("put", "RUNNING", "RUNNING")
	s.get("/connectors/put")
	s.put("/connectors/put/config?forward=true", source("put").String())
	s.do(call{method: "HEAD", path: "/connectors/put"})
	s.do(call{method: "HEAD", path: "/connectors/put/status"})
	s.do(call{method: "HEAD", path: "/connectors/put/tasks/0/status"})
	s.gone("put")
	s.put("/connectors/put%20me/config", source("put").String())
	s.states("put me", "RUNNING", "RUNNING")
	s.get("/connectors/put%20me")
	s.gone("put me")
}

func patchMerges(s *session) {
	s.make("pat", source("pat").with("extra", "x"), "RUNNING", "RUNNING")
	for _, body := range []string{`{}`, `{"extra":"y"}`, `{"extra":null}`, `{"absent":null}`, `{"more":7,"flag":true}`, `{"topic":""}`, `{"topic":null}`,
		`{"tasks.max":"zero"}`, `{"tasks.max":null}`, `{"connector.class":null}`, `{"connector.class":"no.such.Class"}`, `{"connector.class":""}`, `{"a":{"b":"c"}}`, `[]`, `null`,
		`{"a":["b"]}`, `{"value.converter":"no.such.Class"}`, `{"errors.tolerance":"some"}`, `{"transforms":"t"}`, `{"connector.class":"FileStreamSink"}`} {
		s.patch("/connectors/pat/config", body)
		s.get("/connectors/pat/config")
	}
	s.patch("/connectors/pat/config", `{"name":"zz"}`)
	s.get("/connectors/pat/config")
	s.patch("/connectors/pat/config", `{"name":null}`)
	s.get("/connectors/pat")
	s.patch("/connectors/pat/config", `{"name":"pat"}`)
	s.patch("/connectors/pat/config?forward=false", `{"extra":"z"}`)
	s.do(call{method: "PATCH", path: "/connectors/pat/config", body: `{"extra":"z"}`, header: map[string]string{"Content-Type": "application/merge-patch+json"}})
	s.gone("pat")
	s.patch("/connectors/pat/config", `{"extra":"z"}`)
}

func pauseResumeStop(s *session) {
	s.make("prs", source("prs"), "RUNNING", "RUNNING")
	for _, step := range []struct {
		verb   string
		states []string
	}{
		{"resume", []string{"RUNNING", "RUNNING"}}, {"pause", []string{"PAUSED", "PAUSED"}}, {"pause", []string{"PAUSED", "PAUSED"}},
		{"stop", []string{"STOPPED"}}, {"stop", []string{"STOPPED"}}, {"pause", []string{"PAUSED"}}, {"resume", []string{"RUNNING", "RUNNING"}},
		{"stop", []string{"STOPPED"}}, {"resume", []string{"RUNNING", "RUNNING"}},
	} {
		s.put("/connectors/prs/"+step.verb, "")
		s.states("prs", step.states...)
		s.get("/connectors/prs/status")
		s.get("/connectors/prs/tasks")
		s.get("/connectors/prs")
		s.get("/connectors/prs/tasks/0/status")
	}
	s.put("/connectors/prs/pause?forward=false", "")
	s.states("prs", "PAUSED", "PAUSED")
	s.put("/connectors/prs/config", source("prs").with("batch.size", 7).String())
	s.settled("prs", "PAUSED", "PAUSED")
	s.get("/connectors?expand=info&expand=status")
	s.put("/connectors/prs/stop", "")
	s.states("prs", "STOPPED")
	s.put("/connectors/prs/config", source("prs").with("batch.size", 8).String())
	s.patch("/connectors/prs/config", `{"batch.size":"9"}`)
	s.settled("prs", "STOPPED")
	s.everything("prs")
	s.gone("prs")
}

func initialStates(s *session) {
	for _, state := range []string{"RUNNING", "paused", "Stopped"} {
		name := "init-" + state
		s.create(name, source("init"), state)
		want := map[string][]string{"RUNNING": {"RUNNING", "RUNNING"}, "paused": {"PAUSED"}, "Stopped": {"STOPPED"}}[state]
		s.states(name, want...)
		s.get("/connectors/" + name + "/status")
		s.get("/connectors/" + name)
		s.put("/connectors/"+name+"/resume", "")
		s.states(name, "RUNNING", "RUNNING")
		s.gone(name)
	}
	s.create("init", source("init"), "stoped")
	s.create("init", source("init"), " stopped")
	s.create("init", source("init"), "DESTROYED")
	s.create("init", source("init"), "FAILED")
	s.get("/connectors/init")
}

func restarts(s *session) {
	s.make("rst", source("rst"), "RUNNING", "RUNNING")
	for _, query := range []string{"", "?includeTasks=false", "?includeTasks=true", "?onlyFailed=true", "?includeTasks=true&onlyFailed=true",
		"?includeTasks=TRUE&onlyFailed=no", "?includeTasks=1", "?forward=false&includeTasks=true"} {
		s.post("/connectors/rst/restart"+query, "")
		s.settled("rst", "RUNNING", "RUNNING")
	}
	s.post("/connectors/rst/restart?includeTasks=true", "{}")
	s.settled("rst", "RUNNING", "RUNNING")
	for _, task := range []string{"0", "1", "-1", "00", "x", "99999999999"} {
		s.post("/connectors/rst/tasks/"+task+"/restart", "")
	}
	s.settled("rst", "RUNNING", "RUNNING")
	s.get("/connectors/rst/status")
	s.put("/connectors/rst/pause", "")
	s.states("rst", "PAUSED", "PAUSED")
	for _, query := range []string{"", "?includeTasks=true", "?onlyFailed=true"} {
		s.post("/connectors/rst/restart"+query, "")
		s.settled("rst", "PAUSED", "PAUSED")
	}
	s.post("/connectors/rst/tasks/0/restart", "")
	s.settled("rst", "PAUSED", "PAUSED")
	s.put("/connectors/rst/stop", "")
	s.states("rst", "STOPPED")
	for _, query := range []string{"", "?includeTasks=true", "?onlyFailed=true&includeTasks=true"} {
		s.post("/connectors/rst/restart"+query, "")
		s.settled("rst", "STOPPED")
	}
	// Kafka Connect knows the task and nobody who has it.
	s.do(call{method: http.MethodPost, path: "/connectors/rst/tasks/0/restart", final: true})
	s.get("/connectors/rst/status")
	s.gone("rst")
}

func failures(s *session) {
	s.create("bad", failing())
	s.states("bad", "FAILED")
	s.everything("bad")
	for _, query := range []string{"", "?includeTasks=true", "?onlyFailed=true&includeTasks=true"} {
		s.post("/connectors/bad/restart"+query, "")
		s.settled("bad", "FAILED")
	}
	s.post("/connectors/bad/tasks/0/restart", "")
	s.get("/connectors/bad/offsets")
	s.patch("/connectors/bad/offsets", offsets(filePartition, `null`))
	s.delete("/connectors/bad/offsets")
	s.get("/connectors/bad/topics")
	for _, verb := range []string{"pause", "stop", "resume"} {
		s.put("/connectors/bad/"+verb, "")
		s.hold("bad is failed or stopped", "/connectors/bad/status", calm, func(a answer) bool {
			states := statesOf(a)
			return len(states) == 1 && (states[0] == "FAILED" || states[0] == "STOPPED" && verb == "stop")
		})
		s.get("/connectors/bad/status")
	}
	s.put("/connectors/bad/config", source("failing").String())
	s.states("bad", "RUNNING", "RUNNING")
	s.get("/connectors/bad/status")
	s.gone("bad")
	s.create("null", source("failing").with("file", null))
	s.states("null", "FAILED")
	s.get("/connectors/null/status")
	s.get("/connectors/null")
	s.gone("null")
}

func failuresOfTasks(s *session) {
	s.create("badtask", failingTask())
	s.states("badtask", "RUNNING", "FAILED")
	s.everything("badtask")
	for _, query := range []string{"", "?onlyFailed=true", "?includeTasks=true&onlyFailed=true", "?includeTasks=true"} {
		s.post("/connectors/badtask/restart"+query, "")
		s.settled("badtask", "RUNNING", "FAILED")
	}
	s.post("/connectors/badtask/tasks/0/restart", "")
	s.settled("badtask", "RUNNING", "FAILED")
	s.put("/connectors/badtask/pause", "")
	s.states("badtask", "PAUSED", "FAILED")
	s.get("/connectors/badtask/status")
	s.put("/connectors/badtask/resume", "")
	s.states("badtask", "RUNNING", "FAILED")
	s.get("/connectors/badtask/offsets")
	s.delete("/connectors/badtask/offsets")
	s.get("/connectors/badtask/topics")
	s.put("/connectors/badtask/stop", "")
	s.states("badtask", "STOPPED")
	s.get("/connectors/badtask/status")
	s.gone("badtask")
	s.make("@T@-badsink", sink("@T@-failing-sink").with("file", "@DIR@/no/such/folder/out.txt"), "RUNNING", "FAILED")
	s.get("/connectors/@T@-badsink/status")
	s.get("/connectors/@T@-badsink/tasks")
	s.get("/connectors/@T@-badsink/offsets")
	s.delete("/connectors/@T@-badsink/offsets")
	s.gone("@T@-badsink")
}

// oddNames are legal and unusual.
var oddNames = []string{"with space", "dots.and..more", "a:b", "a{b}", "{connector}", "ünïcödé", "名前", "🐟", strings.Repeat("n", 200), " leading", "trailing ", "a+b", "a;b", "a;b=c",
	"a?b", "a#b", "a&b=c", "a@b", "a'b", `a"b`, "a<b>", "a|b", "a^b", "a`b", "a,b", "a=b", "a*b", "a!b", "a(b)", "a[b]", "a~b", "$HOME", "${a:b}", "null", "a\u00a0b", "-", "0", "CON", "tasks", "é"}

func oddNamesWork(s *session) {
	for _, name := range oddNames {
		at := "/connectors/" + url.PathEscape(name)
		s.create(name, source("odd"), "stopped")
		s.get(at)
		s.get(at + "/config")
		s.put(at+"/pause", "")
		s.get(at + "/topics")
	}
	s.get("/connectors")
	for _, name := range oddNames {
		at := "/connectors/" + url.PathEscape(name)
		s.get(at + "/offsets")
		s.delete(at)
		s.get(at)
	}
	s.gone(append(slices.Clone(oddNames), "leading", "trailing")...)
}

func namesThatAreEscapedOddly(s *session) {
	s.make("esc aped", source("esc"), "RUNNING", "RUNNING")
	s.make("plain", source("esc"), "RUNNING", "RUNNING")
	for _, path := range []string{"esc%20aped", "esc+aped", "%65sc%20aped", "esc%2520aped", "pl%61in", "pl%c3%a4in", "plain;a=b", "plain%3Ba=b", "plain?a=b", "plain%3F", "plain%00", "plain%0A",
		"plain%", "plain%2", "plain%zz", "plain%ff", "PLAIN", "plain.", "%20plain", "plain%20", "%2e", "%2e%2e", ".", "..", "%2E%2E/connectors", "%5C", "plain%5Cstatus", "plain%2Fstatus", "plain%2fstatus",
		"plain//status", "/plain", "plain/status//", "plain/./status", "plain/../plain", "plain/status;x=1", "%7B", "plain%7Bconnector%7D", "a%2Fb", "50%25", strings.Repeat("n", 4000)} {
		s.get("/connectors/" + path)
	}
	s.get("/connectors;x=1")
	s.get("/connectors/plain/tasks/%30/status")
	s.get("/%63onnectors")
	s.gone("esc aped", "plain")
	s.do(call{method: http.MethodPut, path: "/connectors/%20x%20/config", body: source("esc").String()})
	s.states(" x ", "RUNNING", "RUNNING")
	s.get("/connectors/%20x%20")
	s.get("/connectors/x")
	s.gone(" x ")
	for _, path := range []string{"/connectors/%20/config", "/connectors/a%01b/config", "/connectors/a%0Ab/config", "/connectors/a%7Fb/config"} {
		s.put(path, source("esc").String())
	}
}

// unreachable are names that can be stored in Kafka Connect, but no path leads to them: they stay there.
func namesThatNoPathReaches(s *session) {
	for _, name := range []string{"a/b", "50%", "a%2Fb", `a\b`, ".", ".."} {
		s.create(name, source("odd"), "stopped")
		s.get("/connectors/" + url.PathEscape(name))
		s.delete("/connectors/" + url.PathEscape(name))
	}
}
