// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cmd/app"
	"github.com/longshore-io/connect/internal/kafkatest"
)

// workerVariable makes the test binary a worker: connect-distributed with the twins.
const workerVariable = "LONGSHORE_DATAPATH_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(workerVariable) != "" {
		app.Distributed(addTwins)
	}
	code := kafkatest.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// The classes of the twins.
const (
	replayClass         = "io.longshore.datapath.ReplaySource"
	dumpClass           = "io.longshore.datapath.DumpSink"
	flakyClass          = "io.longshore.datapath.Flaky"
	flakyConverterClass = "io.longshore.datapath.FlakyConverter"
)

func addTwins(p *connect.Plugins) {
	p.AddSource(replayClass, func() connect.SourceConnector { return &replaySource{} })
	p.AddSink(dumpClass, func() connect.SinkConnector { return &dumpSink{} })
	p.AddTransformation(flakyClass, func() connect.Transformation { return &flaky{} })
	p.AddConverter(flakyConverterClass, func() connect.Converter { return &flakyConverter{} })
	p.AddHeaderConverter(flakyConverterClass, func() connect.HeaderConverter { return &flakyHeaders{} })
}
