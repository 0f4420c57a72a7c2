// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

func TestValuesAreParsedAsKafkaDoes(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		typ  connect.ConfigType
		want any
		err  string
	}{
		"a boolean in any case":          {" TRUE ", connect.BooleanType, true, ""},
		"false":                          {"False", connect.BooleanType, false, ""},
		"no boolean":                     {" yes ", connect.BooleanType, nil, "Invalid value  yes  for configuration k: Expected value to be either true or false"},
		"an int":                         {" +3\n", connect.IntType, 3, ""},
		"an int that is too big":         {"2147483648", connect.IntType, nil, "Invalid value 2147483648 for configuration k: Not a number of type INT"},
		"an int as it was given":         {" x ", connect.IntType, nil, "Invalid value  x  for configuration k: Not a number of type INT"},
		"an empty int":                   {"", connect.IntType, nil, "Invalid value  for configuration k: Not a number of type INT"},
		"a short":                        {"-32768", connect.ShortType, -32768, ""},
		"a short that is too big":        {"32768", connect.ShortType, nil, "Invalid value 32768 for configuration k: Not a number of type SHORT"},
		"a long":                         {"9223372036854775807", connect.LongType, int64(math.MaxInt64), ""},
		"a long with a fraction":         {"1.0", connect.LongType, nil, "Invalid value 1.0 for configuration k: Not a number of type LONG"},
		"a double":                       {" .5 ", connect.DoubleType, 0.5, ""},
		"no double":                      {" y ", connect.DoubleType, nil, "Invalid value  y  for configuration k: Not a number of type DOUBLE"},
		"a list":                         {" a ,b\v, ,c\t,d ", connect.ListType, []string{"a", "b", "", "c", "d"}, ""},
		"an empty list":                  {"  ", connect.ListType, []string{}, ""},
		"a list of nothing twice":        {",", connect.ListType, []string{"", ""}, ""},
		"a password":                     {" secret ", connect.PasswordType, connect.Password("secret"), ""},
		"a string":                       {"\x01\t a b \r\n", connect.StringType, "a b", ""},
		"a space that is none of Java's": {"\u00a0a", connect.StringType, "\u00a0a", ""},
		"a class":                        {" a.B ", connect.ClassType, "a.B", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := connect.ParseConfigValue("k", c.text, c.typ)
			if c.err != "" {
				require.EqualError(t, err, c.err)
				assert.Equal(t, connect.BadConfig, connect.Classify(err))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestValuesArePrintedAsKafkaDoes(t *testing.T) {
	for want, v := range map[string]any{
		"a,b": []string{"a", "b"}, "": "", "3": 3, "true": true, "[hidden]": connect.Password("secret"), "9223372036854775807": int64(math.MaxInt64),
		"1.0": 1.0, "0.1": 0.1, "1.0E7": 1e7, "9999999.0": 9999999.0, "0.001": 1e-3, "9.0E-4": 9e-4, "1.234567895E8": 123456789.5,
		"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1), "-0.0": math.Copysign(0, -1), "1.5E300": 1.5e300, "-1.0E-5": -1e-5,
	} {
		got, ok := connect.FormatConfigValue(v)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	_, ok := connect.FormatConfigValue(nil)
	assert.False(t, ok)
}

func TestPrintedValuesAreParsedBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		text, _ := connect.FormatConfigValue(f)
		back, err := connect.ParseConfigValue("k", text, connect.DoubleType)
		if err != nil || back != f {
			t.Fatalf("%v became %s and then %v (%v)", f, text, back, err)
		}
	})
}

func TestAPasswordIsNeverShown(t *testing.T) {
	p := connect.Password("secret")
	data, err := json.Marshal(map[string]any{"p": p, "list": []any{p}})
	require.NoError(t, err)
	for _, text := range []string{fmt.Sprint(p), fmt.Sprintf("%s %v %q %+v %#v", p, p, p, p, p), fmt.Sprintf("%v", struct{ P connect.Password }{p}), string(data)} {
		assert.NotContains(t, text, "secret")
		assert.Contains(t, text, "[hidden]")
	}
	assert.Equal(t, "secret", p.Reveal())
}

var exampleDef = connect.ConfigDef{
	{Name: "file", Type: connect.StringType, Required: true, Validator: connect.NonEmpty(), Importance: connect.High, Doc: "File."},
	{Name: "size", Type: connect.IntType, Default: 10, Validator: connect.Between(1, 20)},
	{Name: "names", Type: connect.ListType},
	{Name: "secret", Type: connect.PasswordType},
	{Name: "rate", Type: connect.DoubleType, Default: 1.5},
	{Name: "age", Type: connect.LongType, Default: int64(7)},
	{Name: "on", Type: connect.BooleanType, Default: true},
}

func TestParseFillsInDefaults(t *testing.T) {
	values, errs := exampleDef.Parse(map[string]string{"file": " a ", "names": "x,y", "secret": "s", "other": "kept out"})
	require.Empty(t, errs)
	assert.Equal(t, "a", values.String("file"))
	assert.Equal(t, 10, values.Int("size"))
	assert.Equal(t, []string{"x", "y"}, values.List("names"))
	assert.Equal(t, connect.Password("s"), values.Password("secret"))
	assert.InDelta(t, 1.5, values.Double("rate"), 0)
	assert.EqualValues(t, 7, values.Long("age"))
	assert.True(t, values.Bool("on"))
	assert.NotContains(t, values, "other")
}

func TestNullIsTheZeroValueOfAGetter(t *testing.T) {
	values, errs := exampleDef.Parse(map[string]string{"file": "a"})
	require.Empty(t, errs)
	assert.Nil(t, values.List("names"))
	assert.Equal(t, connect.Password(""), values.Password("secret"))
	assert.PanicsWithValue(t, "connect: configuration key nope is not defined", func() { values.String("nope") })
	assert.Panics(t, func() { values.Int("file") })
}

func TestParseReturnsAllErrors(t *testing.T) {
	_, errs := exampleDef.Parse(map[string]string{"size": "30", "rate": "x"})
	require.Len(t, errs, 3)
	assert.EqualError(t, errs[0], `Missing required configuration "file" which has no default value.`)
	assert.EqualError(t, errs[1], "Invalid value 30 for configuration size: Value must be no more than 20")
	assert.EqualError(t, errs[2], "Invalid value x for configuration rate: Not a number of type DOUBLE")
	for _, err := range errs {
		assert.Equal(t, connect.BadConfig, connect.Classify(err))
	}
}

func TestWithKeepsThePlaceOfAKeyAndTheOldDefinition(t *testing.T) {
	def := exampleDef.With(connect.ConfigKey{Name: "size", Type: connect.LongType}, connect.ConfigKey{Name: "new"})
	assert.Equal(t, connect.LongType, def[1].Type)
	assert.Equal(t, "new", def[7].Name)
	assert.Equal(t, connect.IntType, exampleDef[1].Type)
	assert.Len(t, exampleDef, 7)
	assert.Nil(t, exampleDef.Key("new"))
	assert.Equal(t, "size", exampleDef.Key("size").Name)
}

// choices offers values, and fails where it is told to.
type choices struct {
	values []any
	err    error
}

func (c choices) ValidValues(string, map[string]any) ([]any, error) { return c.values, c.err }
func (choices) Visible(_ string, parsed map[string]any) bool        { return parsed["on"] == true }

func TestValidateTellsEverythingAboutEveryKey(t *testing.T) {
	def := connect.ConfigDef{
		{Name: "on", Type: connect.BooleanType, Default: false, Dependents: []string{"size", "ghost"}},
		{Name: "size", Type: connect.IntType, Required: true, Validator: connect.AtLeast(1)},
		{Name: "color", Type: connect.StringType, Default: "blue", Recommender: choices{values: []any{"red", "green"}}},
		{Name: "shape", Type: connect.StringType, Recommender: choices{err: errors.New("shapes are not known")}},
	}
	value := func(v connect.ConfigValue) *connect.ConfigValue { return &v }
	assert.Equal(t, []*connect.ConfigValue{
		value(connect.ConfigValue{Name: "on", Value: true, Visible: true}),
		value(connect.ConfigValue{Name: "size", Visible: true, Errors: []string{
			"Invalid value x for configuration size: Not a number of type INT", "Invalid value null for configuration size: Value must be non-null"}}),
		value(connect.ConfigValue{Name: "color", Value: "blue", Recommended: []any{"red", "green"}, Visible: true}),
		value(connect.ConfigValue{Name: "shape", Errors: []string{"shapes are not known"}, Visible: true}),
		value(connect.ConfigValue{Name: "ghost", Errors: []string{"ghost is referred in the dependents, but not defined."}}),
	}, def.Validate(map[string]string{"on": "true", "size": "x", "unknown": "y"}))

	missing := def.Validate(nil)
	assert.Equal(t, []string{`Missing required configuration "size" which has no default value.`, "Invalid value null for configuration size: Value must be non-null"}, missing[1].Errors)
	assert.False(t, missing[2].Visible, "color is not of interest while on is false")
}

func TestValidators(t *testing.T) {
	for name, c := range map[string]struct {
		validator connect.Validator
		value     any
		want      string
	}{
		"enough":                      {connect.AtLeast(1), 1, ""},
		"not enough":                  {connect.AtLeast(1), int64(0), "Invalid value 0 for configuration k: Value must be at least 1"},
		"no number":                   {connect.AtLeast(1), nil, "Invalid value null for configuration k: Value must be non-null"},
		"inside":                      {connect.Between(1, 3), 3.0, ""},
		"below":                       {connect.Between(1, 3), 0, "Invalid value 0 for configuration k: Value must be at least 1"},
		"above":                       {connect.Between(1, 3), 4, "Invalid value 4 for configuration k: Value must be no more than 3"},
		"no number in a range":        {connect.Between(1, 3), nil, "Invalid value null for configuration k: Value must be non-null"},
		"one of some":                 {connect.OneOf("none", "all"), "all", ""},
		"one of some in another case": {connect.OneOf("none", "all"), "ALL", "Invalid value ALL for configuration k: String must be one of: none, all"},
		"null is none of some":        {connect.OneOf("none", "all"), nil, "Invalid value null for configuration k: String must be one of: none, all"},
		"any case":                    {connect.OneOfFold("NONE", "ALL"), "all", ""},
		"null in any case":            {connect.OneOfFold("NONE"), nil, "Invalid value null for configuration k: String must be one of (case insensitive): NONE"},
		"not in any case":             {connect.OneOfFold("NONE", "ALL"), "q", "Invalid value q for configuration k: String must be one of (case insensitive): NONE, ALL"},
		"something":                   {connect.NonEmpty(), "x", ""},
		"nothing":                     {connect.NonEmpty(), "", "Invalid value  for configuration k: String must be non-empty"},
		"null is not empty":           {connect.NonEmpty(), nil, ""},
		"all of several":              {connect.AllOf(connect.NonEmpty(), connect.OneOf("a")), "a", ""},
		"the first of several":        {connect.AllOf(connect.NonEmpty(), connect.OneOf("a")), "", "Invalid value  for configuration k: String must be non-empty"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.validator.Check("k", c.value)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}

func FuzzParseConfigValue(f *testing.F) {
	for _, text := range []string{"", " true ", "1", "-9223372036854775808", "1e400", "a , b,", "NaN", "\x00"} {
		f.Add(text)
	}
	types := []connect.ConfigType{connect.BooleanType, connect.StringType, connect.IntType, connect.ShortType, connect.LongType,
		connect.DoubleType, connect.ListType, connect.ClassType, connect.PasswordType}
	f.Fuzz(func(t *testing.T, text string) {
		for _, typ := range types {
			v, err := connect.ParseConfigValue("k", text, typ)
			if (v == nil) == (err == nil) {
				t.Fatalf("%s: %v, %v", typ, v, err)
			}
			if err != nil {
				continue
			}
			if _, ok := connect.FormatConfigValue(v); !ok {
				t.Fatalf("%s: %v cannot be printed", typ, v)
			}
		}
	})
}
