// SPDX-License-Identifier: Apache-2.0

//go:build unix

package connectors

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// psql stands in for the command of that name, which not every machine with a server has: it runs the statement that its last argument is on
// the database of the environment, and prints the rows.
func psql() {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, "") // the environment says where
	if err == nil {
		err = runSQL(ctx, conn, os.Args[len(os.Args)-1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "psql:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runSQL(ctx context.Context, conn *pgx.Conn, statement string) error {
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, statement).ReadAll()
	if err != nil {
		return err
	}
	for _, result := range results {
		for _, row := range result.Rows {
			var cells []string
			for _, cell := range row {
				cells = append(cells, string(cell))
			}
			fmt.Println(strings.Join(cells, "|"))
		}
	}
	return nil
}
