// SPDX-License-Identifier: Apache-2.0

package machine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// Describe is one line about what it is measured on, and how busy that is. What cannot be found out is left out.
func Describe(ctx context.Context) string {
	parts := []string{fmt.Sprintf("%d cores", runtime.NumCPU())}
	if cpu, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, model, found := strings.Cut(string(cpu), "model name\t: "); found {
			parts = append(parts, firstLine(model))
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if kib, err := procField(string(text), "MemTotal:"); err == nil {
			parts = append(parts, fmt.Sprintf("%.1f GiB memory", float64(kib)/(1<<20)))
		}
	}
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		parts = append(parts, "load averages before "+strings.Join(strings.Fields(string(load))[:3], " "))
	}
	parts = append(parts, runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH)
	if out, err := exec.CommandContext(ctx, "java", "-version").CombinedOutput(); err == nil {
		parts = append(parts, firstLine(string(out)))
	}
	return strings.Join(parts, ", ")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// PeakMemory is the largest resident set that a process has had, in bytes. It needs Linux.
func PeakMemory(pid int) (int64, error) { return memory(pid, "VmHWM:") }

// Memory is the resident set of a process, in bytes. It needs Linux.
func Memory(pid int) (int64, error) { return memory(pid, "VmRSS:") }

func memory(pid int, field string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	kib, err := procField(string(status), field)
	return kib << 10, err
}

// procField is the number behind a name in a file of /proc.
func procField(text, name string) (int64, error) {
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == name {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc", name)
}
