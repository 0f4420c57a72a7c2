// SPDX-License-Identifier: Apache-2.0

package filelock

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASecondHolderIsRefusedAndToldWhoHasIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := TryAcquire(path)
	require.NoError(t, err)
	defer first.Release()

	_, err = TryAcquire(path)
	require.ErrorIs(t, err, ErrHeld)
	require.Equal(t, os.Getpid(), Holder(path))
}

func TestAReleasedLockCanBeTakenAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := TryAcquire(path)
	require.NoError(t, err)
	require.NoError(t, first.Release())

	second, err := TryAcquire(path)
	require.NoError(t, err)
	require.NoError(t, second.Release())
}

func TestWaitGetsTheLockOnceTheHolderLetsGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := TryAcquire(path)
	require.NoError(t, err)
	got := make(chan error)
	go func() {
		l, err := Wait(t.Context(), path)
		if err == nil {
			err = l.Release()
		}
		got <- err
	}()
	require.NoError(t, first.Release())
	require.NoError(t, <-got)
}

func TestWaitGivesUpWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := TryAcquire(path)
	require.NoError(t, err)
	defer first.Release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	_, err = Wait(ctx, path)
	require.ErrorIs(t, err, context.Canceled)
}

func TestHolderOfAMissingOrUnreadableFileIsUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	require.Zero(t, Holder(path))
	require.NoError(t, os.WriteFile(path, []byte("not a number"), 0o600))
	require.Zero(t, Holder(path))
}
