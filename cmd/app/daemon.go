// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// daemonVariable marks the process that -daemon has started, so that it does not start another one.
const daemonVariable = "LONGSHORE_DAEMON"

// detach starts this command once more in the background and returns: what -daemon of Kafka's scripts does. Output goes to
// NAME.out in the folder LOG_DIR, which is logs where the variable is not set.
func (p *program) detach(name string) error {
	folder := p.getenv("LOG_DIR")
	if folder == "" {
		folder = "logs"
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the folder for the log (LOG_DIR names another one): %w", err)
	}
	path := filepath.Join(folder, name+".out")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("open the log (LOG_DIR names another folder): %w", err)
	}
	defer out.Close()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program to run it in the background: %w", err)
	}
	child := exec.Command(self, p.args...)
	child.Args[0] = os.Args[0]
	child.Env = append(os.Environ(), daemonVariable+"=1")
	child.Stdout, child.Stderr = out, out
	child.SysProcAttr = inBackground()
	if err := child.Start(); err != nil {
		return fmt.Errorf("run in the background: %w", err)
	}
	fmt.Fprintf(p.stdout, "%s runs in the background as process %d; its log is %s\n", p.name, child.Process.Pid, path)
	return child.Process.Release()
}
