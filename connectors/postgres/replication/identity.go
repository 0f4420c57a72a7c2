// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"fmt"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// identities are the letters of pg_class.relreplident by their names in SQL.
var identities = map[string]catalog.Identity{
	"DEFAULT": catalog.IdentityDefault, "NOTHING": catalog.IdentityNothing, "FULL": catalog.IdentityFull, "INDEX": catalog.IdentityIndex,
}

// SetIdentities gives captured tables the replica identities that the configuration has for them. What does not work is told in the
// errors: the stream goes on with the identities that there are.
func SetIdentities(ctx context.Context, q Querier, wanted []settings.ReplicaIdentity, tables []*catalog.Table) []error {
	var errs []error
	for _, table := range tables {
		want, err := identityOf(wanted, table.ID)
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case want == nil || identities[want.Identity] == table.Identity && want.Identity != "INDEX":
			continue
		}
		statement := "ALTER TABLE " + qualified(table.ID) + " REPLICA IDENTITY " + want.Identity
		if want.Identity == "INDEX" {
			statement = "ALTER TABLE " + qualified(table.ID) + " REPLICA IDENTITY USING INDEX " + quote(want.Index)
		}
		if _, err := q.Exec(ctx, statement); err != nil {
			errs = append(errs, fmt.Errorf("run %s: %w", statement, err))
		}
	}
	return errs
}

func identityOf(wanted []settings.ReplicaIdentity, id catalog.ID) (*settings.ReplicaIdentity, error) {
	var found *settings.ReplicaIdentity
	for i := range wanted {
		if !wanted[i].Tables.MatchString(id.String()) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("more than one item of replica.identity.autoset.values matches %s: its replica identity is left as it is", id)
		}
		found = &wanted[i]
	}
	return found, nil
}
