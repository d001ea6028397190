"""What analysts decide: rules without HTTP, shared by the command line, the web page and the tests."""
