// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect/connectors/postgres/settings"
)

func TestWhatIsDoneAtAStartDependsOnModeOffsetAndSlot(t *testing.T) {
	t.Parallel()
	const (
		initial = settings.SnapshotInitial
		only    = settings.SnapshotInitialOnly
		always  = settings.SnapshotAlways
		never   = settings.SnapshotNoData
		needed  = settings.SnapshotWhenNeeded
		based   = settings.SnapshotConfiguration
	)
	stream := Decision{Stream: true}
	fresh := Decision{Stream: true, Snapshot: true}
	after := Decision{Stream: true, Snapshot: true, CatchUp: true}
	on := Decision{Stream: true, Snapshot: true, CatchUp: true, Resume: true}
	anew := Decision{Stream: true, Snapshot: true, Forget: true}
	for _, c := range []struct {
		mode   settings.SnapshotMode
		offset OffsetState
		slot   bool
		lost   bool
		want   Decision
		err    error
	}{
		{initial, NoOffset, false, false, fresh, nil},
		{initial, NoOffset, true, false, after, nil},
		{initial, NoOffset, true, true, anew, nil},
		{initial, Interrupted, true, false, on, nil},
		{initial, Interrupted, false, true, anew, nil},
		{initial, Interrupted, true, true, anew, nil},
		{initial, Complete, true, false, stream, nil},
		{initial, Complete, true, true, Decision{}, ErrLost},
		{initial, Complete, false, true, Decision{}, ErrLost},
		{only, NoOffset, false, false, Decision{Snapshot: true}, nil},
		{only, NoOffset, true, false, Decision{Snapshot: true}, nil},
		{only, Interrupted, false, false, Decision{Snapshot: true, Forget: true}, nil},
		{only, Complete, false, true, Decision{}, nil},
		{always, NoOffset, false, false, fresh, nil},
		{always, Interrupted, true, false, on, nil},
		{always, Complete, true, false, fresh, nil},
		{always, Complete, true, true, anew, nil},
		{never, NoOffset, false, false, stream, nil},
		{never, NoOffset, true, false, stream, nil},
		{never, Interrupted, true, false, Decision{}, errNever},
		{never, Complete, true, false, stream, nil},
		{never, Complete, true, true, Decision{}, ErrLost},
		{needed, NoOffset, false, false, fresh, nil},
		{needed, Interrupted, true, false, on, nil},
		{needed, Complete, true, false, stream, nil},
		{needed, Complete, false, true, anew, nil},
		{needed, Complete, true, true, anew, nil},
		{based, Interrupted, true, false, Decision{}, errNever},
		{based, NoOffset, true, false, Decision{}, nil},
	} {
		got, err := Decide(Start{Snapshot: settings.Snapshot{Mode: c.mode, Resume: true}, Offset: c.offset, Slot: c.slot, Lost: c.lost})
		assert.Equal(t, c.err, err, "%+v", c)
		assert.Equal(t, c.want, got, "%+v", c)
	}
}

func TestTheFlagsOfTheModeByConfigurationCount(t *testing.T) {
	t.Parallel()
	decide := func(based settings.ConfigurationBased, offset OffsetState, lost bool) (Decision, error) {
		return Decide(Start{Snapshot: settings.Snapshot{Mode: settings.SnapshotConfiguration, Based: based}, Offset: offset, Slot: true, Lost: lost})
	}
	d, err := decide(settings.ConfigurationBased{Data: true}, NoOffset, false)
	assert.NoError(t, err)
	assert.Equal(t, Decision{Snapshot: true}, d)
	d, err = decide(settings.ConfigurationBased{Stream: true, OnDataError: true}, Complete, true)
	assert.NoError(t, err)
	assert.Equal(t, Decision{Snapshot: true, Stream: true, Forget: true}, d)
	_, err = decide(settings.ConfigurationBased{Stream: true}, Complete, true)
	assert.Equal(t, ErrLost, err)
	d, err = decide(settings.ConfigurationBased{Data: true, Stream: true}, Complete, false)
	assert.NoError(t, err)
	assert.Equal(t, Decision{Snapshot: true, Stream: true}, d)
}

func TestASnapshotBeginsAnewWhereResumingIsTurnedOff(t *testing.T) {
	t.Parallel()
	d, err := Decide(Start{Snapshot: settings.Snapshot{Mode: settings.SnapshotInitial}, Offset: Interrupted, Slot: true})
	assert.NoError(t, err)
	assert.Equal(t, Decision{Snapshot: true, Stream: true, CatchUp: true}, d)
}
