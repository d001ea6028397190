"""Work spread over machines: jobs in the same PostgreSQL as the results, and the workers that do them."""
