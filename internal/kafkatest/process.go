// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// stopGrace is how long Stop waits for a graceful end before it kills. Kafka Connect gives its REST server alone 60 s to end.
const stopGrace = 90 * time.Second

// dumpLimit is how long a process may take to print its threads.
const dumpLimit = 5 * time.Second

// jvm says how to start one Java process.
type jvm struct {
	class   string   // main class
	args    []string // of the main class
	jvmArgs []string
	jars    string // folder
	logging string // log4j2 configuration file
	log     string // file that standard output and error are appended to
}

// process is a running Java process.
type process struct {
	cmd    *exec.Cmd
	began  time.Time
	log    string
	logAt  int64           // where in log this process began
	exited <-chan struct{} // closed when the process has ended and was waited for
}

// startJVM starts j; its output goes to its log.
func startJVM(j jvm) (*process, error) {
	java, err := javaBinary()
	if err != nil {
		return nil, err
	}
	out, err := os.OpenFile(j.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", j.class, err)
	}
	defer out.Close()
	at, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("find the end of the log of %s: %w", j.class, err)
	}
	p := &process{logAt: at, cmd: exec.Command(java, j.commandLine()...), began: time.Now(), log: j.log}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if p.exited, err = StartTied(p.cmd); err != nil {
		return nil, fmt.Errorf("start %s: %w", j.class, err)
	}
	return p, nil
}

func (j jvm) commandLine() []string {
	line := append([]string{"-Dlog4j2.configurationFile=" + j.logging, "-Djava.awt.headless=true"}, j.jvmArgs...)
	line = append(line, "-cp", filepath.Join(j.jars, "*"), j.class)
	return append(line, j.args...)
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// kill ends the process at once, as kill -9 does, and returns when it is gone.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill process %d: %w", p.pid(), err)
	}
	<-p.exited
	return nil
}

// stop asks the process to end and kills it when it has not done so in time, which it reports as an error with what its threads
// were doing.
func (p *process) stop() error {
	if err := terminate(p.cmd.Process); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop process %d: %w", p.pid(), err)
	}
	late := time.NewTimer(stopGrace)
	defer late.Stop()
	select {
	case <-p.exited:
		return nil
	case <-late.C:
		threads := p.threads()
		return errors.Join(fmt.Errorf("process %d did not end within %s of SIGTERM; its threads:\n%s", p.pid(), stopGrace, threads), p.kill())
	}
}

// threads has the process print its threads, and returns what it printed.
func (p *process) threads() string {
	before, _ := os.ReadFile(p.log)
	if err := askForThreads(p.cmd.Process); err != nil {
		return err.Error()
	}
	late := time.NewTimer(dumpLimit)
	defer late.Stop()
	tick := time.NewTicker(dumpLimit / 50)
	defer tick.Stop()
	for {
		b, _ := os.ReadFile(p.log) // a log that cannot be read is an empty answer
		said := b[min(len(before), len(b)):]
		if bytes.Contains(said, []byte("JNI global ref")) { // the last line of a dump
			return string(said)
		}
		select {
		case <-tick.C:
		case <-p.exited:
			return string(said)
		case <-late.C:
			return string(said)
		}
	}
}

// portTaken says whether the process has found its port in use. A broker that has takes most of a minute to end by itself.
func (p *process) portTaken() bool {
	b, err := os.ReadFile(p.log)
	return err == nil && int64(len(b)) > p.logAt && bytes.Contains(b[p.logAt:], []byte("java.net.BindException"))
}

// logTail is the end of what the process has logged, for error messages.
func (p *process) logTail() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return "no log: " + err.Error()
	}
	return tail(b)
}
