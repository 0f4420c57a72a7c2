// SPDX-License-Identifier: Apache-2.0

package group

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"pgregory.net/rapid"
)

var (
	now  = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	slow = pace{patience: 10 * time.Second, heartbeat: 3 * time.Second, retry: time.Second}
)

func TestWhatAMemberDoesAfterAnAnswer(t *testing.T) {
	away := errors.New("connection refused")
	outside := state{}
	waiting := state{shutOut: now.Add(-9 * time.Second)}
	patient := state{shutOut: now.Add(-10 * time.Second)}
	asked := state{phase: syncing, id: "m", generation: 4, others: []string{"m", "n"}, settled: true}
	inside := state{phase: beating, id: "m", generation: 4, settled: true}
	back := state{id: "m", generation: 4, settled: true}
	anew := state{generation: 4, settled: true}
	for name, c := range map[string]struct {
		from  state
		got   answer
		to    state
		pause time.Duration
		means verdict
	}{
		"the broker gives an id, which is to be used at once": {outside, answer{err: kerr.MemberIDRequired, id: "m"}, state{id: "m"}, 0, proceed},
		"a leader that is in answers for all":                 {state{id: "m"}, answer{id: "m", generation: 4, members: []string{"m", "n"}}, asked, 0, proceed},
		"what was synced gives signs of life":                 {asked, answer{}, inside, slow.heartbeat, proceed},
		"a sign of life is followed by the next":              {inside, answer{}, inside, slow.heartbeat, proceed},
		"others come or go, and all join again at once":       {inside, answer{err: kerr.RebalanceInProgress}, back, 0, proceed},
		"others come while the rebalance ends":                {asked, answer{err: kerr.RebalanceInProgress}, back, 0, proceed},
		"the broker has forgotten the member":                 {inside, answer{err: kerr.UnknownMemberID}, anew, slow.retry, proceed},
		"the broker has forgotten it before it was in":        {state{id: "m"}, answer{err: kerr.UnknownMemberID}, outside, slow.retry, proceed},
		"the group has gone on without the member":            {inside, answer{err: kerr.IllegalGeneration}, back, slow.retry, proceed},
		"the coordinator moves":                               {inside, answer{err: kerr.NotCoordinator}, inside, slow.retry, proceed},
		"the coordinator loads":                               {outside, answer{err: kerr.CoordinatorLoadInProgress}, outside, slow.retry, proceed},
		"Kafka is away":                                       {inside, answer{err: away}, inside, slow.retry, proceed},
		"the group is full for now":                           {outside, answer{err: kerr.GroupMaxSizeReached}, outside, slow.retry, proceed},
		"others are in, and may be leaving":                   {outside, answer{err: kerr.InconsistentGroupProtocol}, state{shutOut: now}, slow.retry, waitForOthers},
		"others are in still, within their session":           {waiting, answer{err: kerr.InconsistentGroupProtocol}, waiting, slow.retry, waitForOthers},
		"others stay":                                                     {patient, answer{err: kerr.InconsistentGroupProtocol}, patient, slow.retry, occupied},
		"others have left within their session":                           {waiting, answer{err: kerr.MemberIDRequired, id: "m"}, state{id: "m", shutOut: waiting.shutOut}, 0, proceed},
		"others have come while the member was away":                      {anew, answer{err: kerr.InconsistentGroupProtocol}, anew, slow.retry, displaced},
		"others have come while the member, which has an id yet, was not": {back, answer{err: kerr.InconsistentGroupProtocol}, back, slow.retry, displaced},
		"a right is missing":                                              {outside, answer{err: kerr.GroupAuthorizationFailed}, outside, slow.heartbeat, refused},
		"a right was taken away":                                          {inside, answer{err: kerr.GroupAuthorizationFailed}, inside, slow.heartbeat, refused},
		"the session is not what the broker allows":                       {outside, answer{err: kerr.InvalidSessionTimeout}, outside, slow.heartbeat, refused},
	} {
		t.Run(name, func(t *testing.T) {
			to, pause, means := c.from.step(c.got, now, slow)
			require.Equal(t, c.to, to)
			require.Equal(t, c.pause, pause)
			require.Equal(t, c.means, means)
		})
	}
}

func TestNoAnswersMakeAMemberSpinOrForgetThatItWasIn(t *testing.T) {
	errs := []error{nil, errors.New("away"), kerr.MemberIDRequired, kerr.InconsistentGroupProtocol, kerr.RebalanceInProgress, kerr.UnknownMemberID,
		kerr.IllegalGeneration, kerr.NotCoordinator, kerr.GroupAuthorizationFailed}
	rapid.Check(t, func(t *rapid.T) {
		var s state
		clock := now
		for range 50 {
			got := answer{err: rapid.SampledFrom(errs).Draw(t, "error"), id: "m", generation: 1}
			was := s
			next, pause, means := s.step(got, clock, slow)
			require.True(t, next.settled || !was.settled, "it was in once")
			require.Equal(t, means == displaced, was.settled && errors.Is(got.err, kerr.InconsistentGroupProtocol))
			require.True(t, means != occupied || clock.Sub(was.shutOut) >= slow.patience, "others were not given their time")
			if got.err != nil && got.err != kerr.MemberIDRequired && got.err != kerr.RebalanceInProgress { //nolint:errorlint // as drawn
				require.Positive(t, pause, "another request at once")
			}
			s, clock = next, clock.Add(pause+time.Millisecond)
		}
	})
}
