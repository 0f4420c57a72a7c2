// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/trace"
)

type tooLarge struct{}

func (tooLarge) Error() string     { return "far too large" }
func (tooLarge) JavaClass() string { return "org.apache.kafka.common.errors.RecordTooLargeException" }

func TestAnErrorHasTheClassAndMessageOfItsJavaException(t *testing.T) {
	data := &connect.DataError{Reason: "Failed to deserialize boolean: ", Err: errors.New("want 1 byte, got 2")}
	for name, c := range map[string]struct {
		err            error
		class, message string
	}{
		"a plain error":                   {errors.New("boom"), connectException, "boom"},
		"no text":                         {errors.New(""), connectException, ""},
		"a reason as Kafka ends it":       {data, "org.apache.kafka.connect.errors.DataException", "Failed to deserialize boolean: "},
		"wrapped on its way":              {fmt.Errorf("predicate p: %w", data), "org.apache.kafka.connect.errors.DataException", "predicate p: Failed to deserialize boolean: "},
		"a class without a text":          {connect.Retriable(data), "org.apache.kafka.connect.errors.RetriableException", "Failed to deserialize boolean: "},
		"causes have texts of their own":  {fmt.Errorf("read: %w", errors.New("gone")), connectException, "read"},
		"a class that the error names":    {fmt.Errorf("send: %w", tooLarge{}), "org.apache.kafka.common.errors.RecordTooLargeException", "send: far too large"},
		"a field that is there twice":     {duplicate(), "org.apache.kafka.connect.errors.SchemaBuilderException", "Cannot create field because of field name duplication a"},
		"a wrong value":                   {&connect.ConfigError{Key: "k", Value: "v"}, "org.apache.kafka.common.config.ConfigException", "Invalid value v for configuration k"},
		"the outermost class of two":      {connect.Classed(connect.BadRecord, tooLarge{}), "org.apache.kafka.connect.errors.DataException", "far too large"},
		"a class beneath one that has no": {connect.Classed(connect.BadRecord, errors.New("x: y")), "org.apache.kafka.connect.errors.DataException", "x: y"},
	} {
		t.Run(name, func(t *testing.T) {
			x := trace.ExceptionOf(c.err)
			assert.Equal(t, c.class, x.Class)
			assert.Equal(t, c.message, x.Message)
		})
	}
}

func duplicate() error {
	_, err := connect.NewStructSchema("", []connect.SchemaField{connect.Field("a", connect.Int8), connect.Field("a", connect.Int8)})
	return err
}

func TestAnErrorIsPrintedAsAnException(t *testing.T) {
	data := &connect.DataError{Reason: "not JSON: ", Err: fmt.Errorf("token: %w", errors.New("end"))}
	assert.Equal(t, "org.apache.kafka.connect.errors.DataException: not JSON: \n\tat example.Json.(VALUE_CONVERTER)\n"+
		"Caused by: "+connectException+": token\nCaused by: "+connectException+": end\n", trace.Printed(data, "example.Json.(VALUE_CONVERTER)"))
	assert.Equal(t, connectException+"\n", trace.Printed(errors.New(""), ""))
	assert.Equal(t, connectException+": panic: x\n\tat a.b(c.go:1)\n", trace.Printed(&connect.PanicError{Value: "x", Stack: []byte("goroutine 1\na.b()\n\t/x/c.go:1 +0x1\n")}, ""))
}

func TestAnErrorThatIsItsOwnCauseIsPrintedToAnEnd(t *testing.T) {
	assert.NotEmpty(t, trace.Printed(&loop{}, ""))
}
