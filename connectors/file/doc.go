// SPDX-License-Identifier: Apache-2.0

// Package file holds FileStreamSource and FileStreamSink, the two connectors that come with Kafka Connect for trying
// things out: lines of a text file to a topic, and records of a topic to lines of a text file. Class names, configuration,
// source partitions and offsets are those of Kafka 4.1, so that either worker goes on where the other stopped.
//
// What lives here: the two connectors, their tasks, and the cutting of bytes into lines. What does not: formats other
// than lines, folders of files, and following a file across rotation.
//
// # Source
//
// A line ends with \n, \r\n or \r. A \r that is the last byte there is waits for what comes next, and so does a line that
// has no end yet. A file that is missing is waited for with one warning. Nothing is read ahead of what Poll returns but
// the rest of one read.
//
// Where it differs from Kafka's source on purpose:
//
//   - The position counts bytes. Kafka's counts UTF-16 units and then skips as many bytes, which garbles or repeats lines
//     of a file that is not plain ASCII. For ASCII the two are the same number. A position that Java stored for another
//     file means here what it means there: that many bytes are skipped.
//   - A file that is shorter than the position fails the task with what to do about it. Kafka's source never ends skipping.
//   - A file that is missing is warned of once, not each second.
//   - A line that is longer than 64 MiB fails the task instead of taking all memory, and one Poll reads about 8 MiB at most,
//     whatever batch.size says.
//   - New lines are seen within 100 ms, not a second.
//
// As with Kafka's source, a file that was renamed is read on, and the new file under its name is not noticed; a file that
// was truncated and has grown past the position again cannot be told from one that only grew. Bytes that are not UTF-8
// become U+FFFD, one for each piece that Java replaces.
//
// Without a file the source reads standard input: its offset is null and what was read but not delivered is not read
// again. A read of standard input cannot be interrupted, so one goroutine of the process may stay in it after the task has
// stopped; what it then reads goes to the next task that asks. A pipe or a device that is named by file is closed with the
// task, which ends its reading.
//
// # Sink
//
// Each Put is written before it returns, in whole lines, without fsync: what was put survives the end of the process in any
// way, but not that of the machine. So there is nothing to flush before offsets are committed. Records that Kafka delivers
// again are written again. Lines end with \n on every operating system.
//
// Where it differs from Kafka's sink on purpose: on Unix a line that was cut is not glued to the next one. A process that
// is killed, or a disk that is full, can leave the beginning of a line at the end of the file, although lines are written
// whole: the kernel stops between two pages. Its offset was not committed, so the record comes again.
//
//   - When a write fails, the task takes back the line that was cut by it.
//   - When a task starts on a file whose last line has no end and whose size is a whole number of pages, which is where the
//     kernel cuts, it moves that piece to the end of a file of the same name with .cut added. Nothing is thrown away.
//   - When the size is another one, the piece is nobody's cut line: it gets a line end and stays.
//
// None of this is done while another task has the file open (they hold a shared flock): tasks of one file on several
// workers can still leave a cut line there.
package file
