// SPDX-License-Identifier: Apache-2.0

package recent

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACacheForgetsWhatIsNotUsed(t *testing.T) {
	c := New[int, int](10)
	for i := range 100 {
		c.Put(i, i)
		_, ok := c.Get(0)
		require.True(t, ok)
	}
	assert.LessOrEqual(t, len(c.young)+len(c.old), 10)
	_, ok := c.Get(50)
	assert.False(t, ok)
}

func TestAValueThatIsSetAgainDrivesNothingOut(t *testing.T) {
	c := New[int, int](4)
	c.Put(1, 1)
	c.Put(2, 2)
	for i := range 10 {
		c.Put(2, i)
	}
	one, ok := c.Get(1)
	require.True(t, ok)
	assert.Equal(t, 1, one)
	two, _ := c.Get(2)
	assert.Equal(t, 9, two)
}

func TestACacheWithoutASizeRemembersNothing(t *testing.T) {
	c := New[int, int](0)
	c.Put(1, 1)
	_, ok := c.Get(1)
	assert.False(t, ok)
}
