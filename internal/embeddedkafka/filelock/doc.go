// SPDX-License-Identifier: Apache-2.0

// Package filelock holds a file exclusively for the life of a process: flock on Unix, LockFileEx on Windows. The operating
// system lets go of such a lock when the process ends in whatever way, so a kill -9 leaves nothing behind that somebody has to
// remove. The holder writes its process id into the file for error messages; the id is information, the lock is the truth.
//
// What a lock protects, and what to tell the user when it is taken, is the business of the caller.
package filelock
