"""sfrouter gives every new Salesforce lead to the right person and says why."""

__version__ = "0.1.0"
