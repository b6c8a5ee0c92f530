"""sfrouter gives every new Salesforce lead to the right person and says why."""
