// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// example has a bit of everything.
func example() State {
	return State{
		Number: 17, Version: 1, Term: 4, Leader: "a:8083", LeaderBoot: "6f1c", LeaderURL: "http://a:8083/?x=1&y=<2>", Reason: "c:8083 dead",
		Workers: map[string]Worker{"a:8083": {"6f1c", 17, 0}, "b:8083": {"09aa", 12, 1}},
		Grants: map[Unit]Grant{
			{"db", Instance}: {Worker: "a:8083", Boot: "6f1c", Since: 12},
			{"db", 0}:        {Worker: "a:8083", Boot: "6f1c", Since: 12},
			{"db", 1}:        {Worker: "a:8083", Boot: "6f1c", Since: 12},
			{"db", 4}:        {Worker: "a:8083", Boot: "6f1c", Since: 12},
			{"db", 7}:        {Worker: "a:8083", Boot: "6f1c", Since: 17, Fence: []string{"c:8083"}},
			{"s3", 2}:        {Worker: "a:8083", Boot: "6f1c", Since: 9, Revoked: 16},
			{"s3", Instance}: {Worker: "a:8083", Boot: "6f1c", Since: 8, Revoked: 17, Fence: []string{"c:8083"}},
			{"s3", 3}:        {Worker: "b:8083", Boot: "09aa", Since: 9},
		},
		Lost: map[Unit][]string{{"db", 9}: {"c:8083"}, {"db", 10}: nil},
	}
}

// anew is a state of which every worker's share was written in its own generation.
func anew(s State) State {
	workers := map[string]Worker{}
	for id, worker := range s.Workers {
		workers[id] = Worker{Boot: worker.Boot, Generation: s.Number}
	}
	s.Workers = workers
	return s
}

func TestTheRecordsOfAGeneration(t *testing.T) {
	after := example()
	before := State{Workers: map[string]Worker{"a:8083": {"6f1c", 16, 3}, "b:8083": {"09aa", 12, 1}, "c:8083": {"77", 11, 2}}}
	var lines []string
	for _, record := range Encode(before, after) {
		lines = append(lines, record.Key+" "+string(record.Value))
	}
	require.Equal(t, []string{
		`longshore-assignment-a:8083 {"v":1,"generation":17,"worker":"a:8083","part":0,"parts":1,` +
			`"run":[{"connector":"db","instance":12,"tasks":{"12":[0,1,4],"17":[7]}}],` +
			`"revoke":[{"connector":"s3","tasks":{"9":[2]},"at":16},{"connector":"s3","instance":8,"at":17}],` +
			`"fence":[{"connector":"db","tasks":[7],"workers":["c:8083"]},{"connector":"s3","tasks":[-1],"workers":["c:8083"]}]}`,
		`longshore-assignment-a:8083/1 `,
		`longshore-assignment-a:8083/2 `,
		`longshore-assignment-c:8083 `,
		`longshore-assignment-c:8083/1 `,
		`longshore-generation {"v":1,"generation":17,"leader":"a:8083","leader_boot":"6f1c","leader_url":"http://a:8083/?x=1&y=<2>",` +
			`"term":4,"reason":"c:8083 dead",` +
			`"workers":{"a:8083":{"boot":"6f1c","generation":17,"parts":1},"b:8083":{"boot":"09aa","generation":12,"parts":1}},` +
			`"lost":[{"connector":"db","tasks":[9],"workers":["c:8083"]},{"connector":"db","tasks":[10]}]}`,
	}, lines)
}

func TestAWorkerWithoutWorkHasARecordOfIt(t *testing.T) {
	records := Encode(State{}, State{Number: 3, Workers: map[string]Worker{"a": {"1", 3, 0}}})
	require.Len(t, records, 2)
	require.JSONEq(t, `{"v":1,"generation":3,"worker":"a","part":0,"parts":1}`, string(records[0].Value))
	installed := apply(t, NewReader(), records)
	require.Equal(t, map[string]Worker{"a": {"1", 3, 1}}, installed.Workers)
}

func TestARecordThatIsALittleDifferentIsRead(t *testing.T) {
	r := NewReader()
	apply(t, r, []Record{
		{"longshore-assignment-a", []byte(`{"v":1,"later":[1],"generation":5,"worker":"a","part":0,"parts":1,"run":[{"connector":"db",
			"tasks":{"5":[0]},"later":{}}],"fence":[{"connector":"db","tasks":[0,1],"workers":["b"]}]}`)},
		{"longshore-generation", []byte(`{"v":1,"later":true,"generation":5,"workers":{"a":{"boot":"x","generation":5,"parts":1,"later":0}}}`)},
	})
	require.Equal(t, map[Unit]Grant{{"db", 0}: {Worker: "a", Boot: "x", Since: 5, Fence: []string{"b"}}}, r.State().Grants)
}

func TestOfTheRecordsThatGenerationsAreMadeOf(t *testing.T) {
	for _, record := range Encode(State{}, anew(example())) {
		require.True(t, IsOwn(record.Key), record.Key)
	}
	for key, own := range map[string]bool{"longshore-key": true, "longshore-worker-a": true, "longshore-rollcall": true,
		"longshore-generation-x": true, "connector-a": false, "commit-longshore-assignment-a": false, "": false} {
		require.Equal(t, own, IsOwn(key), key)
		installed, err := NewReader().Apply(Record{key, []byte("nonsense")})
		require.NoError(t, err)
		require.Nil(t, installed)
	}
}

// apply reads records of which the last installs a state.
func apply(t testing.TB, r *Reader, records []Record) State {
	t.Helper()
	var last *State
	for _, record := range records {
		installed, err := r.Apply(record)
		require.NoError(t, err)
		last = installed
	}
	require.NotNil(t, last)
	require.Equal(t, *last, r.State())
	return *last
}

func TestAHeadIsInstalledOnlyWithEverythingThatItLists(t *testing.T) {
	share := func(worker, rest string) Record {
		return Record{"longshore-assignment-" + worker, []byte(`{"v":1,"worker":"` + worker + `",` + rest + `}`)}
	}
	run := `"run":[{"connector":"db","tasks":{"5":[0]}}]`
	head := Record{"longshore-generation", []byte(`{"v":1,"generation":5,"workers":{"a":{"boot":"x","generation":5,"parts":1}}}`)}
	two := Record{"longshore-generation", []byte(`{"v":1,"generation":5,"workers":{"a":{"boot":"x","generation":5,"parts":1},
		"b":{"boot":"x","generation":5,"parts":1}}}`)}
	whole := share("a", `"generation":5,"part":0,"parts":1,`+run)
	for name, c := range map[string]struct {
		records []Record
		err     string
	}{
		"nothing":          {[]Record{head}, "generation 5 is incomplete and was ignored: there is no part 0 of the 1 of worker a"},
		"an older share":   {[]Record{share("a", `"generation":4,"part":0,"parts":1`), head}, "generation 5 is incomplete and was ignored: generation 5 is listed, and 4 is there, of worker a"},
		"a newer share":    {[]Record{share("a", `"generation":6,"part":0,"parts":1`), head}, "generation 5 is incomplete and was ignored: generation 5 is listed, and 6 is there, of worker a"},
		"one of two parts": {[]Record{share("a", `"generation":5,"part":0,"parts":2`), head}, "generation 5 is incomplete and was ignored: there are not the 1 parts that it lists of worker a"},
		"one of two workers": {[]Record{whole, two},
			"generation 5 is incomplete and was ignored: there is no part 0 of the 1 of worker b"},
		"a unit with two owners": {[]Record{whole, share("b", `"generation":5,"part":0,"parts":1,`+run), two},
			"generation 5 is incomplete and was ignored: another owner of db-0 is there as well as the share of worker b"},
		"a share that was removed": {[]Record{whole, {whole.Key, nil}, head},
			"generation 5 is incomplete and was ignored: there is no part 0 of the 1 of worker a"},
	} {
		t.Run(name, func(t *testing.T) {
			r := NewReader()
			var err error
			for _, record := range c.records {
				require.NoError(t, err)
				var installed *State
				installed, err = r.Apply(record)
				require.Nil(t, installed)
			}
			var incomplete *IncompleteError
			require.ErrorAs(t, err, &incomplete)
			require.EqualError(t, err, c.err)
			require.Equal(t, int64(5), incomplete.Generation)
			require.Equal(t, State{}, r.State())
			require.GreaterOrEqual(t, r.Highest(), int64(5))
		})
	}
}

func TestAHeadThatDoesNotFollowIsIgnored(t *testing.T) {
	r := NewReader()
	records := Encode(State{}, anew(example()))
	was := apply(t, r, records)
	installed, err := r.Apply(records[len(records)-1])
	require.Nil(t, installed)
	var stale *StaleError
	require.ErrorAs(t, err, &stale)
	require.Equal(t, StaleError{17, 17}, *stale)
	require.EqualError(t, err, "generation 17 was ignored: generation 17 is installed already")
	require.Equal(t, was, r.State())
}

func TestAHeadThatWasDeletedLeavesNothing(t *testing.T) {
	r := NewReader()
	apply(t, r, Encode(State{}, anew(example())))
	require.Equal(t, State{}, apply(t, r, []Record{{Key: "longshore-generation"}}))
	require.Equal(t, int64(17), r.Highest())
}

func TestAVersionThatIsNotKnownIsTold(t *testing.T) {
	for _, key := range []string{"longshore-generation", "longshore-assignment-a"} {
		r := NewReader()
		was := apply(t, r, Encode(State{}, anew(example())))
		_, err := r.Apply(Record{key, []byte(`{"v":2,"generation":18,"workers":"in another form","run":7}`)})
		var version *VersionError
		require.ErrorAs(t, err, &version)
		require.Equal(t, 2, version.Version)
		require.Equal(t, was, r.State())
	}
	_, err := NewReader().Apply(Record{"longshore-generation", []byte(`{"v":3}`)})
	require.EqualError(t, err,
		"record longshore-generation has version 3 of the cluster protocol, this worker knows up to 1: run a newer release of it")
}

func TestAShareThatCannotBeReadIsNotReplacedByTheOneBeforeIt(t *testing.T) {
	for _, value := range []string{`{"v":2}`, `{`, `{"v":1,"worker":"b"}`} {
		r := NewReader()
		records := Encode(State{}, anew(example()))
		for _, record := range records[:len(records)-1] {
			_, err := r.Apply(record)
			require.NoError(t, err)
		}
		_, err := r.Apply(Record{"longshore-assignment-a:8083", []byte(value)})
		require.Error(t, err)
		_, err = r.Apply(records[len(records)-1])
		var incomplete *IncompleteError
		require.ErrorAs(t, err, &incomplete)
	}
}

func TestWhatCannotBeDecodedIsNamedButNotShown(t *testing.T) {
	read := func(key string) func(string) error {
		return func(value string) error {
			_, err := NewReader().Apply(Record{key, []byte(value)})
			return err
		}
	}
	status := func(key string) func(string) error {
		return func(value string) error {
			_, err := DecodeStatus(key, []byte(value))
			return err
		}
	}
	for key, decode := range map[string]func(string) error{
		"longshore-generation": read("longshore-generation"), "longshore-assignment-a": read("longshore-assignment-a"),
		"longshore-worker-a": status("longshore-worker-a"), "longshore-rollcall": status("longshore-rollcall"),
		"longshore-key": func(value string) error { _, err := DecodeKey([]byte(value)); return err },
	} {
		for _, value := range []string{`hush`, `{"v":1,"generation":"hush"`, `{"v":"hush"}`, `"hush"`, ``, `{"v":1} hush`} {
			err := decode(value)
			require.ErrorContains(t, err, key, "%s", value)
			require.NotContains(t, err.Error(), "hush")
			var version *VersionError
			require.False(t, errors.As(err, &version))
		}
	}
	require.ErrorContains(t, read("longshore-generation")(`{"generation":5}`), "it has no version")
	for _, share := range []string{
		`{"v":1,"generation":5,"worker":"b","part":0,"parts":1}`,
		`{"v":1,"generation":5,"worker":"a","part":1,"parts":2}`,
		`{"v":1,"generation":5,"worker":"a","part":0,"parts":0}`,
		`{"v":1,"generation":5,"worker":"a","part":0,"parts":1,"run":[{"connector":"db","tasks":{"0":[1]}}]}`,
		`{"v":1,"generation":5,"worker":"a","part":0,"parts":1,"run":[{"connector":"db","tasks":{"1":[-1]}}]}`,
		`{"v":1,"generation":5,"worker":"a","part":0,"parts":1,"run":[{"connector":"db","instance":-1}]}`,
		`{"v":1,"generation":5,"worker":"a","part":0,"parts":1,"revoke":[{"connector":"db","instance":1}]}`,
	} {
		require.Error(t, read("longshore-assignment-a")(share), share)
	}
}
