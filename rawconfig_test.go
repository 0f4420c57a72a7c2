// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestARawConfigKeepsNulls(t *testing.T) {
	var raw connect.RawConfig
	require.NoError(t, json.Unmarshal([]byte(`{"a":"1","b":null,"c":""}`), &raw))
	assert.Equal(t, map[string]string{"a": "1", "c": ""}, raw.Props())
	for key, want := range map[string]bool{"a": true, "b": false, "c": true, "d": false} {
		_, ok := raw.Get(key)
		assert.Equal(t, want, ok, key)
	}
	v, _ := raw.Get("a")
	assert.Equal(t, "1", v)
	data, err := json.Marshal(raw)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":"1","b":null,"c":""}`, string(data))
}

func TestRawKeepsEveryValueApart(t *testing.T) {
	props := map[string]string{"a": "1", "b": "2", "c": "3"}
	assert.Equal(t, props, connect.Raw(props).Props())
}

func TestRawConfigsAreComparedWithTheirNulls(t *testing.T) {
	with := func(b *string) connect.RawConfig {
		raw := connect.Raw(map[string]string{"a": "1"})
		raw["b"] = b
		return raw
	}
	one, other, empty := "1", "1", ""
	assert.True(t, with(&one).Equal(with(&other)))
	assert.True(t, with(nil).Equal(with(nil)))
	assert.False(t, with(nil).Equal(with(&empty)))
	assert.False(t, with(&empty).Equal(with(nil)))
	assert.False(t, with(nil).Equal(connect.Raw(map[string]string{"a": "1"})))
	assert.True(t, connect.RawConfig(nil).Equal(connect.RawConfig{}))
}

func TestACloneIsChangedOnItsOwn(t *testing.T) {
	raw := connect.Raw(map[string]string{"a": "1"})
	clone := raw.Clone()
	clone["b"] = nil
	delete(clone, "a")
	assert.Equal(t, map[string]string{"a": "1"}, raw.Props())
	assert.Len(t, raw, 1)
}
