// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/longshore-io/connect/bench/internal/machine"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// worker is one of the cluster, by its REST address. It keeps that when it is started again.
type worker struct {
	id, binary, file, log string
	cmd                   *exec.Cmd
	exited                <-chan struct{} // nil while it does not run
}

func newWorker(dir, binary string, number int, props map[string]string) (*worker, error) {
	address, err := machine.FreeAddress()
	if err != nil {
		return nil, err
	}
	props["listeners"] = "http://" + address
	w := &worker{id: address, binary: binary, file: filepath.Join(dir, fmt.Sprintf("worker-%d.properties", number)),
		log: filepath.Join(dir, fmt.Sprintf("worker-%d.log", number))}
	return w, machine.WriteProperties(w.file, props)
}

// start returns when the process is there.
func (w *worker) start() error {
	log, err := os.OpenFile(w.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	w.cmd = exec.Command(w.binary, w.file)
	w.cmd.Stdout, w.cmd.Stderr = log, log
	w.exited, err = kafkatest.StartTied(w.cmd)
	return err
}

// end returns when the process is gone, and how much memory it has had.
func (w *worker) end(signal os.Signal) (peak int64, err error) {
	if peak, err = machine.PeakMemory(w.cmd.Process.Pid); err != nil {
		return 0, err
	}
	if err := w.cmd.Process.Signal(signal); err != nil {
		return 0, err
	}
	<-w.exited
	w.exited = nil
	return peak, nil
}

// call is a REST call that has to go well; answer gets what is answered.
func (w *worker) call(ctx context.Context, method, path string, body, answer any) error {
	return machine.Call(ctx, method, "http://"+w.id+path, body, answer)
}
