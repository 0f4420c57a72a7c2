// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/topiclog"
)

func TestWhatBecomesOfAWriteThatHasFailed(t *testing.T) {
	late := &topiclog.LeftError{Err: context.DeadlineExceeded}
	fenced := &topiclog.LeftError{Err: fmt.Errorf("%w: its epoch is old", topiclog.ErrFenced)}
	for name, tt := range map[string]struct {
		err             error
		fenced, unknown bool
		moved           bool
	}{
		"its time was over before all records had arrived": {err: late},
		"the right to it was lost meanwhile":               {err: fenced, fenced: true, moved: true},
		"the right to it was lost before":                  {err: topiclog.ErrNotClaimed, fenced: true, moved: true},
		"the right to it was lost when it was committed":   {err: fmt.Errorf("commit: %w", topiclog.ErrFenced), fenced: true},
		"nobody has said how the commit went":              {err: errors.New("commit: connection lost"), unknown: true},
		"nobody has answered":                              {err: context.DeadlineExceeded, unknown: true},
	} {
		t.Run(name, func(t *testing.T) {
			err := fmt.Errorf("write the config topic: %w", tt.err)
			s := newSeat(&herder{env: &environment{}})
			s.committed(nil, 7, err)
			require.Equal(t, []protocol.Event{protocol.WriteFailed{Commit: 7, Fenced: tt.fenced, Unknown: tt.unknown, Err: err}}, s.events)
			require.Equal(t, tt.moved, errors.Is(forAsker(err), errMoved))
		})
	}
	require.NoError(t, forAsker(nil))
}
