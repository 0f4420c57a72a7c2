// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"encoding/json"
	"net/http"
	"strings"
)

// call is one request that both workers get. In its path and body "@T@" stands for a text that differs between the two, so
// that topics and sinks of both can be on one broker, and "@DIR@" for a folder of the test; answers have them, too.
type call struct {
	method, path, body string
	// header wins over Accept and, with a body, Content-Type, which are application/json; "" leaves one out.
	header map[string]string
	// shape reduces a body to what can be compared, where the rest is a worker's own; nil compares all.
	shape func(body any) any
	// address sends the call to another listener of the workers.
	address func(side) string
	// emptyBody sends an empty body with its Content-Type, where a call without a body has none.
	emptyBody bool
	// final is set where the answer counts even if it says that the worker rebalances.
	final bool
	// about is shown instead of the body, where bodies are long and differ in little.
	about string
}

func (c call) hasBody() bool { return c.body != "" || c.emptyBody }

// headers are those that the call is sent with.
func (c call) headers() map[string]string {
	h := map[string]string{"Accept": "application/json"}
	if c.hasBody() {
		h["Content-Type"] = "application/json"
	}
	for name, value := range c.header {
		h[name] = value
		if value == "" {
			delete(h, name)
		}
	}
	return h
}

// String is the call as the output shows it.
func (c call) String() string {
	var b strings.Builder
	b.WriteString(c.method + " " + c.path)
	for _, name := range []string{"Accept", "Content-Type", "Origin", "Access-Control-Request-Method"} {
		if value, set := c.header[name]; set {
			b.WriteString(" " + name + "=" + value)
		}
	}
	switch {
	case c.about != "":
		b.WriteString(" " + c.about)
	case c.hasBody():
		b.WriteString(" body " + cut(c.body, 200))
	}
	return strings.ReplaceAll(b.String(), "\n", `\n`)
}

// side is one of the two workers.
type side struct {
	// name is shown, token is what "@T@" stands for: tokens have the same length, so that columns in errors are the same.
	name, token string
	// host is the address of the REST interface, admin that of a listener of its own for the process, if there is one.
	host, admin string
	dir         string
}

// own turns the placeholders of a call into this side's texts, plain turns them back in an answer.
func (s side) own(text string) string {
	return strings.NewReplacer("@T@", s.token, "@DIR@", s.dir).Replace(text)
}

func (s side) plain(text string) string {
	pairs := []string{s.token, "@T@", s.dir, "@DIR@", s.host, "@HOST@"}
	if s.admin != "" {
		pairs = append(pairs, s.admin, "@ADMIN@")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// answer is a response with the side's own texts turned back.
type answer struct {
	status int
	header http.Header
	body   string
}

// json is the decoded body; nil when it is no JSON.
func (a answer) json() any {
	v, err := decode(a.body)
	if err != nil {
		return nil
	}
	return v
}

func decode(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
