// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
)

// tended is a worker with what comes before and after its work.
type tended struct {
	*node
	// begin has the worker do what it was started for. The worker is ready when it returns nil, and ends if it does not.
	begin func(ctx context.Context) error
	// end frees what the worker stood on; nil for nothing.
	end func() error
}

// tend watches over a worker until a signal comes or it cannot go on, stops it, and returns the exit code.
func (p *program) tend(t tended) int {
	ctx, cancel := context.WithCancel(context.Background())
	failure := p.watch(ctx, t)
	cancel()
	code := exitDone
	if failure.err != nil {
		code = p.complain(failure.err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- t.stop(failure) }()
	select {
	case err := <-stopped:
		if err != nil {
			return p.complain(err)
		}
		return code
	case <-p.signals:
		return exitCutOff
	}
}

// ending is why a worker stops; the zero value is a signal.
type ending struct {
	err error
	// workerGone says that nothing is left to drain.
	workerGone bool
}

func (p *program) watch(ctx context.Context, t tended) ending {
	begun := make(chan error, 1)
	go func() { begun <- t.begin(ctx) }()
	for {
		select {
		case err := <-begun:
			if err != nil {
				return t.failedToBegin(err)
			}
			t.ready.Store(true)
			t.log.Info("worker is ready")
			forgetPages()
		case err := <-t.broken:
			return ending{err, true}
		case signal := <-p.signals:
			t.log.Info("stopping; another signal ends at once", "signal", signal.String())
			return ending{}
		}
	}
}

// failedToBegin prefers the reason of a worker that has gone to what its caller saw of it.
func (t tended) failedToBegin(err error) ending {
	select {
	case reason := <-t.broken:
		return ending{reason, true}
	default:
		return ending{err, false}
	}
}

func (t tended) stop(failure ending) error {
	var errs []error
	if !failure.workerGone {
		// After a failure the worker may be gone without having said so yet: that it cannot be drained is no news then.
		if err := t.drain(); err != nil && failure.err == nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, t.close())
	if t.end != nil {
		errs = append(errs, t.end())
	}
	err := errors.Join(errs...)
	if err == nil {
		t.log.Info("stopped")
	}
	return err
}
